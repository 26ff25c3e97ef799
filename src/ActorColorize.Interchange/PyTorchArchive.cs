using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Interchange;

/// <summary>
/// Reads the ZIP archive of a PyTorch file: <c>STEM/data.pkl</c>, <c>STEM/data/KEY</c> for every storage, all uncompressed. Sizes are
/// checked against the file's length before memory is allocated, and every record that is read against its CRC-32.
/// </summary>
internal sealed class PyTorchArchive : IDisposable
{
    private const string PickleEnding = "/data.pkl";
    private const string ProgramEnding = "/constants.pkl";
    private const int LongestPickle = 1024 * 1024;
    private const int LongestDirectory = 4 * 1024 * 1024; // 60,000 records
    private const int EndRecordBytes = 22;
    private const int LongestComment = ushort.MaxValue;

    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _records = new(StringComparer.Ordinal);
    private readonly string _stem;

    /// <param name="stream">The whole file; it must be seekable, and is left open.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="CheckpointException">It is damaged, or not an archive written by PyTorch.</exception>
    public PyTorchArchive(Stream stream, string path)
    {
        _path = path;
        CheckDirectorySize(stream);
        try
        {
            _zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            Register(_zip.Entries, stream.Length);
        }
        catch (InvalidDataException fault)
        {
            throw new CheckpointException(
                CheckpointProblem.Damaged,
                $"{path} is not a complete PyTorch file: its ZIP directory is damaged or cut off ({fault.Message.TrimEnd('.')})",
                fault
            );
        }

        string[] pickles = [.. _records.Keys.Where(static name => name.EndsWith(PickleEnding, StringComparison.Ordinal))];
        if (pickles.Length != 1)
            throw new CheckpointException(
                $"{path} is a ZIP archive, but not a PyTorch file: it holds {(pickles.Length == 0 ? "no" : "more than one")} data.pkl"
            );
        _stem = pickles[0][..^PickleEnding.Length];
        if (_records.ContainsKey(_stem + ProgramEnding))
            throw new CheckpointException($"{path} holds a TorchScript program, not a state dict: {PyTorchFile.SaveAgain}");
        // Written since PyTorch 2.1.
        if (_records.ContainsKey($"{_stem}/byteorder") && !Read("byteorder", 16).AsSpan().SequenceEqual("little"u8))
            throw new CheckpointException($"{path} was written on a big-endian machine, and only little-endian files can be read");
    }

    public void Dispose() => _zip.Dispose();

    /// <summary>The pickle with the state dict.</summary>
    public byte[] ReadPickle() => Read("data.pkl", LongestPickle);

    /// <summary>The bytes of a storage, of the length that the pickle declares.</summary>
    public byte[] ReadStorage(PickledStorage storage)
    {
        var name = $"data/{storage.Key}";
        var entry = Find(name);
        if (storage.Elements > long.MaxValue / storage.Element.Bytes || storage.Elements * storage.Element.Bytes != entry.Length)
            throw Damaged(
                $"record {OneLine.Quote(name)} has {entry.Length} bytes, but its pickle declares {storage.Elements} elements of "
                    + $"{storage.Element.Bytes} bytes"
            );
        return Read(name, Array.MaxLength);
    }

    private ZipArchiveEntry Find(string name) =>
        _records.TryGetValue($"{_stem}/{name}", out var entry) ? entry : throw Damaged($"record {OneLine.Quote(name)} is missing");

    private byte[] Read(string name, int most)
    {
        var entry = Find(name);
        if (entry.Length > most)
            throw Damaged($"record {OneLine.Quote(name)} has {entry.Length} bytes, more than the {most} that it may have");
        var bytes = GC.AllocateUninitializedArray<byte>((int)entry.Length);
        try
        {
            using var content = entry.Open();
            content.ReadExactly(bytes);
        }
        catch (InvalidDataException fault)
        {
            throw new CheckpointException(
                CheckpointProblem.Damaged,
                $"{_path} is not a complete PyTorch file: record {OneLine.Quote(name)} cannot be read ({fault.Message.TrimEnd('.')})",
                fault
            );
        }

        if (Crc32.HashToUInt32(bytes) != entry.Crc32)
            throw Damaged($"record {OneLine.Quote(name)} was altered: its checksum does not match");
        return bytes;
    }

    /// <summary>The records together cannot be longer than the file, so a small file cannot demand much memory.</summary>
    private void Register(IReadOnlyCollection<ZipArchiveEntry> entries, long fileBytes)
    {
        var left = fileBytes;
        foreach (var entry in entries)
        {
            if (entry.CompressedLength != entry.Length)
                throw new CheckpointException(
                    $"{_path} is refused: record {OneLine.Quote(entry.FullName)} is compressed, but PyTorch does not compress records: "
                        + $"{PyTorchFile.SaveAgain}"
                );
            if (entry.IsEncrypted)
                throw new CheckpointException($"{_path} is refused: record {OneLine.Quote(entry.FullName)} is encrypted");
            if (entry.Length < 0 || entry.Length > left)
                throw Damaged($"its records claim more bytes than the {fileBytes} of the file");
            left -= entry.Length;
            if (!_records.TryAdd(entry.FullName, entry))
                throw Damaged($"record {OneLine.Quote(entry.FullName)} occurs twice");
        }
    }

    /// <summary>
    /// Checks the size of the directory at the end of the file, before the library creates an object for each of its entries.
    /// </summary>
    private void CheckDirectorySize(Stream stream)
    {
        var tail = new byte[Math.Min(stream.Length, EndRecordBytes + LongestComment)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        stream.Position = 0;
        var end = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (end < 0 || tail.Length - end < EndRecordBytes)
            throw Damaged("the end of its ZIP directory is missing: it is truncated");
        var directory = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (directory == uint.MaxValue)
            throw new CheckpointException($"{_path} is refused: it is larger than 4 GB, which no network of this program can be");
        if (stream.Length - directory > LongestDirectory)
            throw Damaged(
                $"its ZIP directory begins at byte {directory} of {stream.Length}, which makes it longer than {LongestDirectory} bytes"
            );
    }

    private CheckpointException Damaged(string reason) =>
        new(CheckpointProblem.Damaged, $"{_path} is not a complete PyTorch file: " + $"{reason}");
}
