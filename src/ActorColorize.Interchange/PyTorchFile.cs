using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Interchange;

/// <summary>
/// State dicts in PyTorch's own file format (<c>.pth</c>, <c>.pt</c>): a ZIP archive of a pickle and raw storages, as <c>torch.save</c> has
/// written it since version 1.6. No code in a file is executed, see <see cref="PickleMachine"/>, and memory is bounded by the file's size.
/// </summary>
public static class PyTorchFile
{
    /// <summary>The remedy for a file that cannot be read.</summary>
    internal const string SaveAgain = "save it again in PyTorch 1.6 or newer with torch.save(model.state_dict(), FILE)";

    private const int LongestSignature = 262;

    /// <summary>Whether a file has the signature of a PyTorch file, of this format or an older one.</summary>
    /// <param name="stream">The file; its position is set back to the start.</param>
    internal static bool IsOne(Stream stream)
    {
        var signature = Signature(stream);
        return IsZip(signature) || IsOld(signature);
    }

    /// <summary>Reads a state dict. A hash in the file's name (<see cref="PublishedHash"/>) is verified first.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors in the order of the state dict; double precision is narrowed to single.</returns>
    /// <exception cref="CheckpointException">Missing, a folder, unreadable, truncated, damaged, altered; of an older format or another
    /// kind; a pickle that uses anything that a state dict does not need (the message names it, and nothing is executed); tensors that
    /// reach beyond their storage or claim more memory than the file has bytes.</exception>
    public static TensorFile Read(string path)
    {
        using var stream = CheckpointReading.Open(path);
        return CheckpointReading.From(path, () => Read(stream, path));
    }

    /// <summary>The same from an open file.</summary>
    internal static TensorFile Read(Stream stream, string path)
    {
        var signature = Signature(stream);
        if (IsOld(signature))
            throw new CheckpointException($"{path} has the format of PyTorch before version 1.6, which is not supported: {SaveAgain}");
        if (!IsZip(signature))
            throw new CheckpointException(
                CheckpointProblem.Damaged,
                $"{path} is not a PyTorch file: its signature is wrong; check that it was downloaded completely"
            );
        PublishedHash.Verify(stream, path);
        using var archive = new PyTorchArchive(stream, path);
        var at = 0;
        var tensors = TensorsOf(PickleMachine.Run(archive.ReadPickle(), ref at, path), path);
        var reader = new StorageReader(archive, stream.Length, path);
        return new TensorFile([.. tensors.Select(named => reader.Materialize(named.Name, named.Tensor))], new Dictionary<string, string>());
    }

    /// <summary>Writes a state dict that <c>torch.load</c> reads, also with <c>weights_only</c>. Equal tensors give equal files.</summary>
    /// <param name="stream">The stream to write to; it must be seekable, and is left open.</param>
    /// <param name="tensors">Names must be unique and not empty; the length of the data must match type and shape.</param>
    /// <exception cref="ArgumentException">A tensor breaks these rules, or is of a type that state dicts do not have (bytes); nothing has
    /// been written.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, IReadOnlyList<HostTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        PyTorchWriter.Write(stream, tensors);
    }

    private static List<(string Name, PickledTensor Tensor)> TensorsOf(object? value, string path)
    {
        if (value is not PickledDictionary dictionary)
            throw new CheckpointException($"{path} does not contain a state dict: {SaveAgain}");
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<(string, PickledTensor)>();
        foreach (var (key, item) in dictionary.Items)
        {
            if (key is not string name)
                throw new CheckpointException($"{path} does not contain a state dict: a key of its dict is not text");
            if (item is not PickledTensor tensor)
                throw new CheckpointException($"{path} holds more than a state dict: {OneLine.Quote(name)} is not a tensor; {SaveAgain}");
            if (!names.Add(name))
                throw new CheckpointException(CheckpointProblem.Damaged, $"{path} is damaged: {OneLine.Quote(name)} occurs twice");
            tensors.Add((name, tensor));
        }

        return tensors;
    }

    private static byte[] Signature(Stream stream)
    {
        var signature = new byte[LongestSignature];
        stream.Position = 0;
        var length = stream.ReadAtLeast(signature, LongestSignature, throwOnEndOfStream: false);
        stream.Position = 0;
        return signature[..length];
    }

    private static bool IsZip(ReadOnlySpan<byte> signature) =>
        signature.StartsWith("PK\u0003\u0004"u8) || signature.StartsWith("PK\u0005\u0006"u8);

    /// <summary>A bare pickle (versions 0.1.10 to 1.5) or a tar archive (before).</summary>
    private static bool IsOld(ReadOnlySpan<byte> signature) =>
        (signature.Length > 1 && signature[0] == (byte)PickleOpcode.Proto && signature[1] is > 0 and < 8)
        || (signature.Length >= LongestSignature && signature[257..].StartsWith("ustar"u8));
}
