using System.Buffers.Binary;
using System.Security.Cryptography;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Datasets;

/// <summary>Collects a split's pictures in order and computes its fingerprint.</summary>
internal sealed class PictureSetBuilder : IDisposable
{
    private readonly PackedNames paths = new();
    private readonly List<int> labels = [];
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long totalBytes;

    public int Count => labels.Count;

    public void Add(ReadOnlySpan<byte> path, int label, long length)
    {
        paths.Add(path);
        labels.Add(label);
        totalBytes += length;

        // No path contains a zero byte, so it separates path and numbers without ambiguity.
        Span<byte> rest = stackalloc byte[1 + sizeof(int) + sizeof(long)];
        rest[0] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(rest[1..], label);
        BinaryPrimitives.WriteInt64LittleEndian(rest[5..], length);
        hash.AppendData(path);
        hash.AppendData(rest);
    }

    public PictureSet Build(string root, string split, string pictureFolder, IReadOnlyList<string> categories)
    {
        paths.Trim();
        return new ListedPictures(
            root,
            split,
            pictureFolder,
            categories,
            paths,
            [.. labels],
            Convert.ToHexStringLower(hash.GetHashAndReset()),
            totalBytes
        );
    }

    public void Dispose() => hash.Dispose();
}
