using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;

namespace ActorColorize.Interchange;

/// <summary>A network that can be built: its sizes and its weights.</summary>
/// <param name="Path">The file or checkpoint folder that the weights came from, absolute.</param>
/// <param name="Network">Sizes of the network.</param>
/// <param name="Tensors">Its parameters and buffers, all finite.</param>
/// <param name="Manifest">The checkpoint's manifest; null for a single file.</param>
/// <param name="Rejections">Damaged checkpoints of the run that would have been preferred.</param>
public sealed record ModelSource(
    string Path,
    NetworkShape Network,
    IReadOnlyList<HostTensor> Tensors,
    CheckpointManifest? Manifest,
    IReadOnlyList<CheckpointRejection> Rejections
)
{
    /// <summary>The settings that its file recommends.</summary>
    public ModelDefaults Defaults { get; init; } = ModelDefaults.Unknown;

    /// <summary>Colours of its training set and their weights; null if unknown.</summary>
    public ColorStatistics? Colors { get; init; }
}

/// <summary>Finds the weights of a path.</summary>
public static class ModelLocator
{
    private const string Remedy = "give a .safetensors or .pth file, a checkpoint folder or a run folder";

    /// <summary>Loads the weights of a path. Changes nothing on the disk.</summary>
    /// <param name="path">A <c>.safetensors</c> file that names its network or has the published layout; a <c>.pth</c> file of PyTorch in
    /// that layout; a checkpoint folder; or a run folder: then its best checkpoint by validation loss, or the newest when none was
    /// measured. Damaged ones are skipped and listed in <see cref="ModelSource.Rejections"/>.</param>
    /// <exception cref="CheckpointException">Missing, not a model, damaged, of a newer format, or with non-finite weights.</exception>
    public static ModelSource Resolve(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(full))
            return FromFile(full);
        if (!Directory.Exists(full))
            throw new CheckpointException(CheckpointProblem.Missing, $"{full} does not exist: {Remedy}");
        if (File.Exists(Path.Join(full, CheckpointManifest.FileName)))
            return FromCheckpoint(CheckpointFolder.Inspect(full), []);
        var checkpoints = Path.Join(full, CheckpointNames.Folder);
        if (Directory.Exists(checkpoints))
            return FromRun(checkpoints);
        if (CheckpointFolder.Candidates(full).Count > 0)
            return FromRun(full);
        throw new CheckpointException($"{full} is not a model: {Remedy}");
    }

    private static ModelSource FromFile(string path)
    {
        using var stream = CheckpointReading.Open(path);
        return CheckpointReading.From(path, () =>
            Checked(IsPyTorch(stream, path) ? FromPyTorch(stream, path) : FromSafeTensors(stream, path))
        );
    }

    /// <summary>
    /// The content decides, or the extension if the content is not recognised: a failed download must not be reported as a damaged
    /// safetensors file.
    /// </summary>
    private static bool IsPyTorch(Stream stream, string path) =>
        PyTorchFile.IsOne(stream) || Path.GetExtension(path).ToUpperInvariant() is ".PTH" or ".PT";

    private static ModelSource FromPyTorch(Stream stream, string path)
    {
        var file = PyTorchFile.Read(stream, path);
        return new ModelSource(path, PublishedLayout.ShapeOf(file.Tensors, path), file.Tensors, null, [])
        {
            Defaults = ModelDefaults.Published,
        };
    }

    private static ModelSource FromSafeTensors(Stream stream, string path)
    {
        var file = SafeTensors.Read(stream, stream.Length, path);
        // From another program: the network is derived from the tensors.
        if (ModelMetadata.Shape(file.Metadata, path) is not { } shape)
            return new ModelSource(path, PublishedLayout.ShapeOf(file.Tensors, path), file.Tensors, null, [])
            {
                Defaults = ModelDefaults.Published,
            };
        return new ModelSource(path, shape, file.Tensors, null, [])
        {
            Defaults = ModelDefaults.From(file.Metadata, path),
            Colors = ModelMetadata.Colors(file.Metadata, shape, path),
        };
    }

    private static ModelSource FromCheckpoint(CheckpointEntry entry, IReadOnlyList<CheckpointRejection> rejections)
    {
        var model = CheckpointFolder.ReadTensors(entry, CheckpointManifest.ModelFile);
        var network = entry.Manifest.Network;
        return Checked(
            new ModelSource(entry.Folder, network, model.Tensors, entry.Manifest, rejections)
            {
                Defaults = ModelDefaults.From(model.Metadata, entry.Folder),
                Colors = ModelMetadata.Colors(model.Metadata, network, entry.Folder),
            }
        );
    }

    private static ModelSource FromRun(string checkpoints)
    {
        var rejections = new List<CheckpointRejection>();
        var whole = new List<CheckpointEntry>();
        foreach (var (folder, _) in CheckpointFolder.Candidates(checkpoints).Reverse())
            Attempt(folder, rejections, () => whole.Add(CheckpointFolder.Inspect(folder)));

        // The best first, then the others from the newest.
        var best = CheckpointStore.Best(whole);
        foreach (var entry in whole.OrderByDescending(entry => entry == best))
        {
            ModelSource? source = null;
            Attempt(entry.Folder, rejections, () => source = FromCheckpoint(entry, rejections));
            if (source is not null)
                return source;
        }

        throw rejections.Count == 0
            ? new CheckpointException(CheckpointProblem.Missing, $"{checkpoints} holds no checkpoints yet")
            : new CheckpointException(
                CheckpointProblem.Damaged,
                $"{checkpoints} holds no valid checkpoint; the newest: {rejections[0].Reason}"
            );
    }

    private static void Attempt(string folder, List<CheckpointRejection> rejections, Action read)
    {
        try
        {
            read();
        }
        catch (CheckpointException fault)
        {
            rejections.Add(new CheckpointRejection(folder, fault.Message));
        }
    }

    private static ModelSource Checked(ModelSource source)
    {
        if (TensorMap.FindNonFinite(source.Tensors) is { } bad)
            throw new CheckpointException(
                $"{source.Path} cannot be used: element {bad.Index} of {OneLine.Quote(bad.Name)} is not a finite number"
            );
        return source;
    }
}
