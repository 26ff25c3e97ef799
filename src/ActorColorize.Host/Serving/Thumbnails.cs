using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Rest;

namespace ActorColorize.Host.Serving;

/// <summary>
/// Small JPEGs of pictures, made when somebody looks at them. One is made at a time, so that a gallery does not take the processor from the
/// device. The ones used last are kept in memory, at most 32 MiB; nothing is written to disk.
/// </summary>
/// <param name="pictures">Makes them; disposed with this object.</param>
internal sealed class Thumbnails(IPictureProcessor pictures) : IDisposable
{
    private const long MostBytes = 32L << 20;

    private readonly SemaphoreSlim _one = new(1);
    private readonly LinkedList<Kept> _kept = []; // the one used last first
    private readonly Dictionary<string, LinkedListNode<Kept>> _byTag = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>The thumbnail of a picture; null if the picture is missing or cannot be read.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="side">The longest side, in pixels.</param>
    /// <param name="knownTag">The tag that the client has: if it still holds, the picture is not made.</param>
    /// <param name="cancellation">Cancels waiting for a turn.</param>
    public async Task<SmallPicture?> OfAsync(string path, int side, string? knownTag, CancellationToken cancellation)
    {
        if (FileVersion.Of(path) is not { } version)
            return null;
        // Not the date alone: a result has that of its original.
        var key = string.Create(CultureInfo.InvariantCulture, $"{path}\n{side}\n{version.Length}\n{version.Changed.Ticks}\n{version.Node}");
        var tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..24];
        if (tag == knownTag)
            return new SmallPicture(tag, null);
        await _one.WaitAsync(cancellation);
        try
        {
            return Find(tag) ?? await Task.Run(() => Make(path, side, tag), CancellationToken.None);
        }
        catch (Exception unreadable) when (unreadable is PictureException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _one.Dispose();
        pictures.Dispose();
    }

    private SmallPicture? Find(string tag)
    {
        if (!_byTag.TryGetValue(tag, out var node))
            return null;
        _kept.Remove(node);
        _kept.AddFirst(node);
        return new SmallPicture(tag, node.Value.Jpeg);
    }

    private SmallPicture Make(string path, int side, string tag)
    {
        var jpeg = pictures.Preview(path, side);
        _byTag[tag] = _kept.AddFirst(new Kept(tag, jpeg));
        _bytes += jpeg.Length;
        while (_bytes > MostBytes && _kept.Last is { } oldest)
        {
            _kept.RemoveLast();
            _byTag.Remove(oldest.Value.Tag);
            _bytes -= oldest.Value.Jpeg.Length;
        }

        return new SmallPicture(tag, jpeg);
    }

    private sealed record Kept(string Tag, byte[] Jpeg);
}
