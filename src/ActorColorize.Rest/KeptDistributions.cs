using System.Security.Cryptography;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>
/// Distributions of the pictures that were coloured last, for their clients to fetch: at most <see cref="MostBytes"/>, the newest, each for
/// <see cref="Lifetime"/>.
/// </summary>
internal sealed class KeptDistributions(TimeProvider clock)
{
    /// <summary>Limit over all, bytes.</summary>
    public const int MostBytes = 32 << 20;

    /// <summary>Limit of one, bytes.</summary>
    public const int MostBytesOfOne = 8 << 20;

    /// <summary>How long one is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Name, Kept Content)> _newestLast = new();
    private long _bytes;

    /// <summary>Keeps one.</summary>
    /// <returns>Its name; null if it is larger than <see cref="MostBytesOfOne"/>.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string? Keep(ClientId client, Stream file)
    {
        if (file.Length > MostBytesOfOne)
            return null;
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var tag = Convert.ToHexStringLower(SHA256.HashData(content))[..16];
        lock (_gate)
        {
            _newestLast.AddLast((name, new Kept(client, content, tag, clock.GetUtcNow() + Lifetime)));
            _bytes += content.Length;
            while (_bytes > MostBytes || _newestLast.First!.Value.Content.Until <= clock.GetUtcNow())
            {
                _bytes -= _newestLast.First!.Value.Content.Bytes.Length;
                _newestLast.RemoveFirst();
            }
        }

        return name;
    }

    /// <summary>One of this client; null if there is none, or no more.</summary>
    public Kept? Find(ClientId client, string name)
    {
        lock (_gate)
        {
            return _newestLast
                .Where(kept => kept.Name == name && kept.Content.Client == client && kept.Content.Until > clock.GetUtcNow())
                .Select(static kept => kept.Content)
                .FirstOrDefault();
        }
    }

    /// <summary>A kept distribution.</summary>
    /// <param name="Client">Who may read it.</param>
    /// <param name="Bytes">The file.</param>
    /// <param name="Tag">Changes with its content.</param>
    /// <param name="Until">When it is forgotten.</param>
    internal sealed record Kept(ClientId Client, byte[] Bytes, string Tag, DateTimeOffset Until);
}
