using System.Text.Json;

namespace ActorColorize.Protocol;

/// <summary>
/// <c>gateway.json</c> in a daemon's data folder: the address of its gateway, and the certificate that authenticates a client on the same
/// machine. Readable by the folder's owner only.
/// </summary>
/// <param name="Host">Name or address to connect to.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Certificate">The certificate that both sides use and accept, with its private key: PKCS #12 in base64. Null if certificates
/// are issued by an authority.</param>
/// <param name="Process">The daemon's process id.</param>
public sealed record GatewayFile(string Host, int Port, string? Certificate, int Process)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "gateway.json";

    private static readonly JsonSerializerOptions Style = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
    };

    /// <summary>
    /// The default data folder: <c>$ACTORCOLORIZE_DATA</c>, else <c>$XDG_DATA_HOME/actorcolorize</c>, else
    /// <c>~/.local/share/actorcolorize</c> or its equivalent on other systems.
    /// </summary>
    public static string DefaultFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("ACTORCOLORIZE_DATA") is { Length: > 0 } given)
                return Path.GetFullPath(given);
            // The XDG base directory specification: a relative path in the variable must be ignored.
            var root =
                Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { } xdg && Path.IsPathFullyQualified(xdg)
                    ? xdg
                    : Environment.GetFolderPath(
                        Environment.SpecialFolder.LocalApplicationData,
                        Environment.SpecialFolderOption.DoNotVerify
                    );
            return Path.Combine(root.Length == 0 ? Path.GetTempPath() : root, "actorcolorize");
        }
    }

    /// <summary>The file's content.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Style);

    /// <summary>Reads the file of a data folder.</summary>
    /// <param name="folder">The daemon's data folder.</param>
    /// <returns>Null if the file does not exist: no daemon was ever started with this folder, or it has shut down gracefully.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to another account.</exception>
    /// <exception cref="JsonException">It is not a valid gateway file.</exception>
    public static GatewayFile? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<GatewayFile>(File.ReadAllBytes(path), Style);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
