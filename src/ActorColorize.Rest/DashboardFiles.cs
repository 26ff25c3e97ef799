using System.Collections.Frozen;
using System.Security.Cryptography;

namespace ActorColorize.Rest;

/// <summary>
/// The dashboard's files: the folder <c>Dashboard</c> of this project, embedded in the assembly. A request names one of them or gets 404;
/// no path of a request reaches the disk.
/// </summary>
internal sealed class DashboardFiles
{
    private const string Prefix = "Dashboard/";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, DashboardFile> _files = Load();

    /// <summary>The start page.</summary>
    public DashboardFile Index => _files["index.html"];

    /// <summary>Names of all files.</summary>
    public IReadOnlyCollection<string> Names => _files.Keys;

    /// <summary>A file; null if there is none of that name.</summary>
    public DashboardFile? Find(string name) => _files.GetValueOrDefault(name);

    private static FrozenDictionary<string, DashboardFile> Load()
    {
        var assembly = typeof(DashboardFiles).Assembly;
        return assembly
            .GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                static name => name[Prefix.Length..],
                name =>
                {
                    using var stream = assembly.GetManifestResourceStream(name)!;
                    var content = new byte[stream.Length];
                    stream.ReadExactly(content);
                    return new DashboardFile(
                        ContentTypes[Path.GetExtension(name)],
                        content,
                        Convert.ToHexStringLower(SHA256.HashData(content))[..16]
                    );
                },
                StringComparer.Ordinal
            );
    }
}

/// <summary>A file of the dashboard.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Tag">Changes with its content.</param>
internal sealed record DashboardFile(string ContentType, byte[] Content, string Tag);
