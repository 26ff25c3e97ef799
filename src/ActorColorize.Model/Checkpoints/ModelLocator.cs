using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Checkpoints;

/// <summary>A network that can be built: its sizes and its weights.</summary>
/// <param name="Path">The file or checkpoint folder that the weights came from, absolute.</param>
/// <param name="Network">Sizes of the network.</param>
/// <param name="Tensors">Its parameters and buffers, all finite.</param>
/// <param name="Manifest">What the checkpoint says of itself; null for a single file.</param>
/// <param name="Colors">Colours of its training set and their weights; null where they are not known.</param>
/// <param name="Decoding">How its makers recommend to read its answer; null where they say nothing.</param>
/// <param name="Rejections">Checkpoints of the run that would have come first but are damaged.</param>
public sealed record ModelSource(
    string Path, NetworkShape Network, IReadOnlyList<HostTensor> Tensors, CheckpointManifest? Manifest, ColorStatistics? Colors, DecodingDefaults? Decoding, IReadOnlyList<CheckpointRejection> Rejections);

/// <summary>Finds the weights that a path means.</summary>
public static class ModelLocator
{
    private const string Remedy = "give a .safetensors file of this program, a checkpoint folder or a run folder";

    /// <summary>Loads the weights that a path means. Changes nothing on the disk.</summary>
    /// <param name="path">
    /// A <c>.safetensors</c> file that names its network; a checkpoint folder; or a run folder: then its best checkpoint by validation loss, or the newest when none was measured.
    /// Damaged ones are left out and listed in <see cref="ModelSource.Rejections"/>.
    /// </param>
    /// <exception cref="CheckpointException">Nothing there, no model, damaged, of a newer format, or with weights that are not finite.</exception>
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
        throw new CheckpointException($"{full} holds no model: {Remedy}");
    }

    private static ModelSource FromFile(string path)
    {
        var file = SafeTensors.Read(path);
        var shape = ModelMetadata.Shape(file.Metadata, path)
            ?? throw new CheckpointException($"{path} does not say which network its tensors belong to (no {ModelMetadata.ShapeKey} in its metadata): {Remedy}");
        return Checked(new ModelSource(path, shape, file.Tensors, null, ModelMetadata.Colors(file.Metadata, shape, path), ModelMetadata.Decoding(file.Metadata, path), []));
    }

    private static ModelSource FromCheckpoint(CheckpointEntry entry, IReadOnlyList<CheckpointRejection> rejections)
    {
        var model = CheckpointFolder.ReadTensors(entry, CheckpointManifest.ModelFile);
        var network = entry.Manifest.Network;
        return Checked(new ModelSource(
            entry.Folder, network, model.Tensors, entry.Manifest, ModelMetadata.Colors(model.Metadata, network, entry.Folder), ModelMetadata.Decoding(model.Metadata, entry.Folder), rejections));
    }

    private static ModelSource FromRun(string checkpoints)
    {
        var rejections = new List<CheckpointRejection>();
        var whole = new List<CheckpointEntry>();
        foreach (var (folder, _) in CheckpointFolder.Candidates(checkpoints).Reverse())
            Attempt(folder, rejections, () => whole.Add(CheckpointFolder.Inspect(folder)));

        // The best first, then the others from the newest: the order in which one would want them.
        var best = CheckpointStore.Best(whole);
        foreach (var entry in whole.OrderByDescending(entry => entry == best))
        {
            ModelSource? source = null;
            Attempt(entry.Folder, rejections, () => source = FromCheckpoint(entry, rejections));
            if (source is not null)
                return source;
        }

        throw rejections.Count == 0
            ? new CheckpointException(CheckpointProblem.Missing, $"{checkpoints} holds no checkpoint yet")
            : new CheckpointException(CheckpointProblem.Damaged, $"{checkpoints} holds no whole checkpoint; the newest: {rejections[0].Reason}");
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
            throw new CheckpointException($"{source.Path} cannot be used: element {bad.Index} of {OneLine.Quote(bad.Name)} is not a finite number");
        return source;
    }
}
