using ActorColorize.Model.Training;

namespace ActorColorize.Model.Checkpoints;

/// <summary>Reads checkpoints without changing anything: the list of a run's checkpoints, and the content of one.</summary>
internal static class CheckpointFolder
{
    /// <summary>Folders of checkpoints with their steps, oldest first, complete or not.</summary>
    /// <param name="checkpoints">The folder that holds them; it may be missing.</param>
    public static IReadOnlyList<(string Folder, long Step)> Candidates(string checkpoints)
    {
        if (!Directory.Exists(checkpoints))
            return [];
        return CheckpointReading.From(checkpoints, () =>
        {
            var found = new List<(string Folder, long Step)>();
            foreach (var folder in Directory.EnumerateDirectories(checkpoints))
            {
                if (CheckpointNames.StepOf(Path.GetFileName(folder)) is { } step)
                    found.Add((folder, step));
            }

            found.Sort((left, right) => left.Step.CompareTo(right.Step));
            return found;
        });
    }

    /// <summary>The number of checkpoints rejected as damaged.</summary>
    /// <param name="checkpoints">The folder that holds them; it may be missing.</param>
    public static int CountRejected(string checkpoints) =>
        Directory.Exists(checkpoints)
            ? CheckpointReading.From(checkpoints, () =>
                Directory.EnumerateDirectories(checkpoints).Count(static folder => CheckpointNames.IsRejected(Path.GetFileName(folder)))
            )
            : 0;

    /// <summary>The manifest of a folder whose files exist with the declared lengths. Reads no tensors.</summary>
    /// <exception cref="CheckpointException">It is incomplete or damaged.</exception>
    public static CheckpointEntry Inspect(string folder)
    {
        var manifest = ManifestFile.Read(folder);
        if (CheckpointNames.StepOf(Path.GetFileName(folder)) is { } step && step != manifest.Step)
            throw new CheckpointException(CheckpointProblem.Damaged, $"{folder} holds the checkpoint of another step, {manifest.Step}");
        foreach (var (name, file) in manifest.Files)
        {
            var path = Path.Join(folder, name);
            var info = new FileInfo(path);
            if (!info.Exists)
                throw new CheckpointException(CheckpointProblem.Damaged, $"{path} is missing");
            if (info.Length != file.Bytes)
                throw new CheckpointException(
                    CheckpointProblem.Damaged,
                    $"{path} has {info.Length} bytes instead of the {file.Bytes} of its manifest"
                );
        }

        return new CheckpointEntry(folder, manifest);
    }

    /// <summary>Reads a checkpoint and verifies all of it.</summary>
    /// <exception cref="CheckpointException">It is incomplete or damaged.</exception>
    public static LoadedCheckpoint Load(string folder)
    {
        var entry = Inspect(folder);
        var model = ReadTensors(entry, CheckpointManifest.ModelFile);
        var optimizer = ReadTensors(entry, CheckpointManifest.OptimizerFile);
        return new LoadedCheckpoint(entry, new SessionState(entry.Manifest.Step, model.Tensors, optimizer.Tensors));
    }

    /// <summary>Reads one file of a checkpoint once, and hashes the bytes that it returns.</summary>
    /// <exception cref="CheckpointException">It does not match the manifest.</exception>
    public static TensorFile ReadTensors(CheckpointEntry entry, string name)
    {
        var path = Path.Join(entry.Folder, name);
        var expected = entry.Manifest.Files[name];
        using var stream = CheckpointReading.Open(path);
        return CheckpointReading.From(path, () =>
        {
            if (stream.Length != expected.Bytes)
                throw new CheckpointException(
                    CheckpointProblem.Damaged,
                    $"{path} has {stream.Length} bytes instead of the {expected.Bytes} of its manifest"
                );
            using var hashing = new HashingStream(stream);
            var file = SafeTensors.Read(hashing, expected.Bytes, path);
            if (hashing.Sha256Hex() != expected.Sha256)
                throw new CheckpointException(CheckpointProblem.Damaged, $"{path} was altered: its SHA-256 differs from its manifest");
            return file;
        });
    }
}
