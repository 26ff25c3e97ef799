using System.Buffers.Binary;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// Files of tensors in the safetensors format: 8 bytes little-endian length of the header, the header in JSON
/// (<c>{"__metadata__":{…},"name":{"dtype":"F32","shape":[…],"data_offsets":[begin,end]},…}</c>), then the elements of all tensors without
/// gaps. Source: https://github.com/huggingface/safetensors, section Format.
/// </summary>
public static class SafeTensors
{
    private const int LengthBytes = 8;

    // The reference implementation refuses longer headers too, so that a hostile length cannot cause a large allocation.
    private const int LongestHeader = 100_000_000;

    /// <summary>
    /// Writes tensors in the order given. The same tensors and metadata always make the same bytes; metadata is sorted by key. Elements go
    /// straight from <see cref="HostTensor.Data"/> to the stream.
    /// </summary>
    /// <param name="stream">The stream to write to, from its current position; it is left open.</param>
    /// <param name="tensors">Names must be unique, non-empty and not <c>__metadata__</c>; the length of the data must match type and
    /// shape.</param>
    /// <param name="metadata">Free text by key, or null.</param>
    /// <exception cref="ArgumentException">A tensor breaks these rules; nothing has been written.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        var header = SafeTensorsHeader.Encode(tensors, metadata);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header.Span);
        foreach (var tensor in tensors)
            stream.Write(tensor.Data);
    }

    /// <summary>Bytes that <see cref="Write"/> would write.</summary>
    /// <exception cref="ArgumentException">A tensor breaks the rules.</exception>
    public static long LengthOf(IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return LengthBytes + SafeTensorsHeader.Encode(tensors, metadata).Length + tensors.Sum(static tensor => (long)tensor.Data.Length);
    }

    /// <summary>
    /// Reads a whole file. Input is untrusted: every size is checked against the file's length before memory is allocated, so memory is
    /// bounded by about the file's size.
    /// </summary>
    /// <exception cref="CheckpointException">Missing, a folder, unreadable, truncated, padded, or breaking the format: header longer than
    /// the file, gap or overlap between tensors, a byte count that does not fit the shape, a negative or overflowing shape, an unknown
    /// element type, a repeated name.</exception>
    public static TensorFile Read(string path)
    {
        using var stream = CheckpointReading.Open(path);
        return Read(stream, stream.Length, path);
    }

    /// <summary>The same from a stream that need not be seekable; it is left open, positioned after the last tensor.</summary>
    /// <param name="stream">Where to read from.</param>
    /// <param name="length">Bytes that belong to the file.</param>
    /// <param name="name">Name of the source, for messages.</param>
    /// <exception cref="CheckpointException">As for a file.</exception>
    public static TensorFile Read(Stream stream, long length, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return CheckpointReading.From(name, () => ReadAll(stream, length, name));
    }

    internal static CheckpointException Damaged(string path, string reason) =>
        new(CheckpointProblem.Damaged, $"{path} is not a complete safetensors file: {reason}");

    private static TensorFile ReadAll(Stream stream, long length, string path)
    {
        if (length < LengthBytes)
            throw Damaged(path, $"it has {length} bytes, fewer than the {LengthBytes} that the format begins with");
        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)(length - LengthBytes))
            throw Damaged(path, $"its header should have {headerLength} bytes, but the file has only {length}");
        if (headerLength > LongestHeader)
            throw Damaged(path, $"its header has {headerLength} bytes, more than the {LongestHeader} that the format allows");

        var headerBytes = GC.AllocateUninitializedArray<byte>((int)headerLength);
        stream.ReadExactly(headerBytes);
        var header = SafeTensorsHeader.Decode(headerBytes, length - LengthBytes - (long)headerLength, path);

        // Tensors are read in the order of their bytes, which may differ from that of the header.
        var tensors = new HostTensor[header.Entries.Count];
        foreach (var index in header.InFileOrder)
        {
            var entry = header.Entries[index];
            var data = GC.AllocateUninitializedArray<byte>((int)(entry.End - entry.Begin));
            stream.ReadExactly(data);
            tensors[index] = new HostTensor(entry.Name, entry.Type, entry.Shape, data);
        }

        return new TensorFile(tensors, header.Metadata);
    }
}
