using System.Collections.Concurrent;
using System.Globalization;
using ActorColorize.Data.Storage;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// The checkpoints of one run, in <c>checkpoints/</c> of its folder. Saving is atomic, also with respect to a crash or a power failure:
/// <code>
///  write aside ──▶ fsync every file ──▶ manifest, fsync ──▶ fsync folder ──▶ rename ──▶ fsync parent
///  .step-N.partial-X/ (ignored; the next Save or LoadNewest removes it)       step-N/
/// </code>
/// Files are hashed while they are written and verified while they are read. The run folder's lock ensures a single writing process per
/// run, and within it <see cref="Save"/>,
/// <see cref="LoadNewest"/> and <see cref="Retain"/> exclude each other across instances: they remove leftovers of an earlier writer, which
/// must not be files that another one is writing. <see cref="List"/> and <see cref="Load"/> change nothing, so they may be called at any
/// time during a run.
/// </summary>
public sealed class CheckpointStore
{
    /// <summary>Larger than any manifest.</summary>
    private const long ManifestRoom = 8 * 1024;

    private static readonly ConcurrentDictionary<string, Lock> Writers = new(StringComparer.Ordinal);

    private readonly Lock writing;
    private readonly string checkpoints;
    private readonly string? runId;
    private readonly ICheckpointDisk disk;
    private readonly TimeProvider clock;

    /// <param name="runFolder">The run's folder; it and its <c>checkpoints/</c> are created when the first checkpoint is saved.</param>
    /// <param name="runId">If given, checkpoints of other runs (copied here by someone) are neither loaded as the newest nor ever
    /// deleted.</param>
    /// <param name="disk">The disk to write to; null: this machine's.</param>
    /// <param name="clock">The clock for creation times; null: the system's.</param>
    public CheckpointStore(string runFolder, string? runId = null, ICheckpointDisk? disk = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(runFolder);
        RunFolder = Path.GetFullPath(runFolder);
        checkpoints = Path.Join(RunFolder, CheckpointNames.Folder);
        writing = Writers.GetOrAdd(checkpoints, static _ => new Lock());
        this.runId = runId;
        this.disk = disk ?? LocalDisk.Instance;
        this.clock = clock ?? TimeProvider.System;
    }

    /// <summary>The run's folder, absolute.</summary>
    public string RunFolder { get; }

    /// <summary>
    /// Saves a checkpoint, which is durable when the method returns. A checkpoint of the same step is replaced; the old one is kept until
    /// the new one is complete.
    /// </summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointProblem.Unwritable"/>: disk full
    /// (<see cref="StorageFault.IsDiskFull(Exception?)"/> tells; the message has the number of bytes needed), no permission, disk error.
    /// Existing checkpoints are unchanged, and partial files are removed. If the free space is known to be too small, nothing is written,
    /// so that the disk is not filled.</exception>
    /// <exception cref="ArgumentException">A tensor or text cannot be stored; nothing has changed.</exception>
    public CheckpointEntry Save(CheckpointContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (string.IsNullOrEmpty(content.RunId) || content.State.Step < 0)
            throw new ArgumentException(
                $"A checkpoint requires a run id and a step of at least 0; it has '{content.RunId}' and {content.State.Step}.",
                nameof(content)
            );
        lock (writing)
        {
            var step = content.State.Step;
            var needed = NeededBytes(content);
            var partial = Path.Join(checkpoints, CheckpointNames.Unfinished(step, CheckpointNames.Partial));
            try
            {
                CreateCheckpointsFolder();
                ClearUnfinished();
                if (disk.FreeBytes(checkpoints) < needed)
                    throw StorageFault.DiskFull(Shortage(needed));
                disk.CreateFolder(partial);
                var manifest = WriteFiles(partial, content);
                disk.SyncFolder(partial);
                var folder = Path.Join(checkpoints, CheckpointNames.Of(step));
                Publish(partial, folder, manifest);
                ClearUnfinished();
                return new CheckpointEntry(folder, manifest);
            }
            catch (Exception fault)
            {
                TryDelete(partial);
                if (fault is not (IOException or UnauthorizedAccessException))
                    throw;
                var reason = StorageFault.IsDiskFull(fault) ? Shortage(needed) : StorageFault.Reason(fault);
                throw new CheckpointException(
                    CheckpointProblem.Unwritable,
                    $"the checkpoint of step {step} cannot be written to {checkpoints}: {reason}",
                    fault
                );
            }
        }
    }

    /// <summary>
    /// The checkpoints with complete manifests and files of the declared lengths, oldest first. Reads no tensors and changes nothing.
    /// </summary>
    /// <exception cref="CheckpointException">Permission to read the folder is denied.</exception>
    public IReadOnlyList<CheckpointEntry> List()
    {
        var entries = new List<CheckpointEntry>();
        foreach (var (folder, _) in CheckpointFolder.Candidates(checkpoints))
        {
            if (TryInspect(folder) is { } entry)
                entries.Add(entry);
        }

        return entries;
    }

    /// <summary>
    /// Loads the newest valid checkpoint, or returns null if there is none. A damaged one is reported and renamed to
    /// <c>step-N.rejected-K</c>, so that it is not tried, replaced or deleted again, and its predecessor is tried.
    /// </summary>
    /// <param name="onRejected">Called with each rejected checkpoint, newest first. If there were any and null is returned, all progress of
    /// the run is lost, and the caller should report this before starting over.</param>
    /// <exception cref="CheckpointException">The newest one is complete but has a newer format, or permission to read it is denied; falling
    /// back to an older one would be wrong.</exception>
    public LoadedCheckpoint? LoadNewest(Action<CheckpointRejection> onRejected)
    {
        ArgumentNullException.ThrowIfNull(onRejected);
        lock (writing)
        {
            // A loaded checkpoint must survive a power failure, even if its writer was killed between renaming and flushing.
            if (Directory.Exists(checkpoints))
                TrySync();
            CheckpointReading.From(checkpoints, ClearUnfinished);
            foreach (var (folder, step) in CheckpointFolder.Candidates(checkpoints).Reverse())
            {
                try
                {
                    var loaded = CheckpointFolder.Load(folder);
                    if (runId is null || loaded.Entry.Manifest.RunId == runId)
                        return loaded;
                    onRejected(
                        new CheckpointRejection(
                            folder,
                            $"it belongs to another run, {OneLine.Quote(loaded.Entry.Manifest.RunId)}; {SetAside(folder, step)}"
                        )
                    );
                }
                catch (CheckpointException fault)
                    when (fault.Problem is CheckpointProblem.Damaged or CheckpointProblem.Missing or CheckpointProblem.Unfit)
                {
                    onRejected(new CheckpointRejection(folder, $"{fault.Message}; {SetAside(folder, step)}"));
                }
            }

            return null;
        }
    }

    /// <summary>
    /// The number of checkpoints rejected as damaged. A run that has some and no valid one has lost its progress, also if an earlier start
    /// rejected them.
    /// </summary>
    /// <exception cref="CheckpointException">Permission to read the folder is denied.</exception>
    public int CountRejected() => CheckpointFolder.CountRejected(checkpoints);

    /// <summary>Loads and verifies one checkpoint; changes nothing.</summary>
    /// <param name="folder">Name of a checkpoint of this run, like <c>step-00000400</c>, or the path of a checkpoint's folder
    /// anywhere.</param>
    /// <exception cref="CheckpointException">It is missing, incomplete, of a newer format, or permission is denied.</exception>
    public LoadedCheckpoint Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var isName = CheckpointNames.StepOf(folder) is not null && Directory.Exists(Path.Join(checkpoints, folder));
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(isName ? Path.Join(checkpoints, folder) : folder));
        if (!Directory.Exists(full))
            throw new CheckpointException(CheckpointProblem.Missing, $"{full} does not exist or is not a folder");
        return CheckpointFolder.Load(full);
    }

    /// <summary>
    /// Deletes old checkpoints of this run: all but the last <paramref name="keepLast"/> and the best by validation loss. Other files in
    /// the folder, including rejected checkpoints, are kept.
    /// </summary>
    /// <param name="keepLast">At least 1; use 2 or more, since the newest may turn out to be damaged.</param>
    /// <param name="onFailure">Called with one line for each checkpoint that could not be deleted, which is kept.</param>
    public void Retain(int keepLast, Action<string> onFailure)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keepLast, 1);
        ArgumentNullException.ThrowIfNull(onFailure);
        lock (writing)
        {
            var own = List().Where(entry => runId is null || entry.Manifest.RunId == runId).ToList();
            var best = Best(own);
            foreach (var entry in own.SkipLast(keepLast).Where(entry => entry != best))
            {
                try
                {
                    Delete(entry);
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    onFailure($"the old checkpoint {entry.Folder} cannot be deleted: {fault.Message}");
                }
            }
        }
    }

    /// <summary>The checkpoint with the lowest validation loss, the later one of equals; null when none has a validation loss.</summary>
    public static CheckpointEntry? Best(IEnumerable<CheckpointEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries
            .Where(entry => entry.Manifest.ValidationLoss is not null)
            .OrderBy(entry => entry.Manifest.ValidationLoss)
            .ThenByDescending(entry => entry.Manifest.Step)
            .FirstOrDefault();
    }

    private void CreateCheckpointsFolder()
    {
        if (Directory.Exists(checkpoints))
            return;
        disk.CreateFolder(checkpoints);
        disk.SyncFolder(RunFolder);
        if (Path.GetDirectoryName(RunFolder) is { } parent)
            disk.SyncFolder(parent);
    }

    private static Dictionary<string, string> OptimizerMetadata { get; } = new() { ["format"] = "pt" };

    /// <summary>Run and step are in the manifest only, so that equal weights give equal files in any run.</summary>
    private static Dictionary<string, string> ModelMetadataOf(CheckpointContent content) =>
        ModelMetadata.Of(content.Network, content.Colors);

    /// <summary>The approximate size of a network's checkpoint in bytes: its weights and both moments of each.</summary>
    /// <param name="network">Its sizes.</param>
    /// <param name="averagesWeights">Whether the checkpoint also holds averaged weights.</param>
    public static long EstimateBytes(NetworkShape network, bool averagesWeights)
    {
        ArgumentNullException.ThrowIfNull(network);
        return (averagesWeights ? 4 : 3)
                * sizeof(float)
                * ColorizationNetwork.StateSlots(network).Sum(static slot => FlatBuffer.Elements(slot.Shape))
            + ManifestRoom;
    }

    /// <exception cref="ArgumentException">A tensor or text cannot be stored.</exception>
    private static long NeededBytes(CheckpointContent content) =>
        SafeTensors.LengthOf(content.State.Model, ModelMetadataOf(content))
        + SafeTensors.LengthOf(content.State.Optimizer, OptimizerMetadata)
        + ManifestRoom;

    /// <summary>A disk that reports enough free space but fails has a quota, or space was freed in the meantime.</summary>
    private string Shortage(long needed) =>
        string.Create(CultureInfo.InvariantCulture, $"no space left on the disk: {needed:N0} bytes are needed")
        + (
            disk.FreeBytes(checkpoints) is { } free && free < needed
                ? string.Create(CultureInfo.InvariantCulture, $", {free:N0} are free")
                : " (possibly a quota, or no free inodes)"
        );

    private CheckpointManifest WriteFiles(string folder, CheckpointContent content)
    {
        var model = WriteTensors(Path.Join(folder, CheckpointManifest.ModelFile), content.State.Model, ModelMetadataOf(content));
        var optimizer = WriteTensors(Path.Join(folder, CheckpointManifest.OptimizerFile), content.State.Optimizer, OptimizerMetadata);
        var manifest = new CheckpointManifest(
            CheckpointManifest.CurrentFormat,
            content.RunId,
            content.State.Step,
            content.Seed,
            content.Network,
            content.ConfigurationHash,
            content.DataHash,
            clock.GetUtcNow(),
            FiniteOrNull(content.ValidationLoss),
            FiniteOrNull(content.BaselineLoss),
            new Dictionary<string, CheckpointFile>
            {
                [CheckpointManifest.ModelFile] = model,
                [CheckpointManifest.OptimizerFile] = optimizer,
            }
        );
        var bytes = ManifestFile.Encode(manifest);
        disk.WriteFile(Path.Join(folder, CheckpointManifest.FileName), stream => stream.Write(bytes));
        return manifest;
    }

    private CheckpointFile WriteTensors(string path, IReadOnlyList<HostTensor> tensors, Dictionary<string, string> metadata)
    {
        CheckpointFile? written = null;
        disk.WriteFile(path, stream =>
        {
            using var hashing = new HashingStream(stream);
            SafeTensors.Write(hashing, tensors, metadata);
            written = new CheckpointFile(hashing.Sha256Hex(), hashing.Bytes);
        });
        return written!;
    }

    /// <summary>
    /// Renames a finished folder to its final name. A folder cannot be renamed over another, so an old one of the same step is moved away
    /// first; after a power failure between the two renames, <see cref="ClearUnfinished"/> restores it. Another run's checkpoint of that
    /// name is kept.
    /// </summary>
    private void Publish(string partial, string folder, CheckpointManifest manifest)
    {
        string? replaced = null;
        if (TryInspect(folder) is { } present && present.Manifest.RunId != manifest.RunId)
        {
            SetAside(folder, manifest.Step);
        }
        else if (Directory.Exists(folder))
        {
            replaced = Path.Join(checkpoints, CheckpointNames.Unfinished(manifest.Step, CheckpointNames.Replaced));
            disk.MoveFolder(folder, replaced);
        }

        try
        {
            disk.MoveFolder(partial, folder);
        }
        catch (Exception fault) when (replaced is not null && fault is IOException or UnauthorizedAccessException)
        {
            TryMove(replaced!, folder);
            throw;
        }

        disk.SyncFolder(checkpoints);
    }

    /// <summary>Removes leftovers of an earlier writer; those that cannot be removed are harmless and kept.</summary>
    /// <returns>The number of leftovers.</returns>
    private int ClearUnfinished()
    {
        if (!Directory.Exists(checkpoints))
            return 0;
        var unfinished = new List<(string Folder, long Step, string Kind)>();
        foreach (var folder in Directory.GetDirectories(checkpoints, ".step-*"))
        {
            if (CheckpointNames.UnfinishedOf(Path.GetFileName(folder)) is var (step, kind))
                unfinished.Add((folder, step, kind));
        }

        // Names first: otherwise a power failure could restore the old name of a folder whose files are already deleted.
        if (unfinished.Count == 0 || !TrySync())
            return unfinished.Count;
        foreach (var (folder, step, kind) in unfinished)
        {
            var place = Path.Join(checkpoints, CheckpointNames.Of(step));
            if (kind == CheckpointNames.Replaced && !Directory.Exists(place))
                TryMove(folder, place);
            else
                TryDelete(folder);
        }

        return unfinished.Count;
    }

    /// <summary>
    /// Deleting is not atomic, and a partially deleted checkpoint must not look like a damaged one, so it is renamed first.
    /// </summary>
    private void Delete(CheckpointEntry entry)
    {
        var doomed = Path.Join(checkpoints, CheckpointNames.Unfinished(entry.Manifest.Step, CheckpointNames.Deleted));
        disk.MoveFolder(entry.Folder, doomed);
        disk.SyncFolder(checkpoints);
        disk.DeleteFolder(doomed);
    }

    private string SetAside(string folder, long step)
    {
        for (var number = 1; ; number++)
        {
            var name = CheckpointNames.Rejected(step, number);
            var aside = Path.Join(checkpoints, name);
            if (Path.Exists(aside))
                continue;
            return TryMove(folder, aside) ? $"kept as {name}" : "it could not be moved aside";
        }
    }

    private static CheckpointEntry? TryInspect(string folder)
    {
        try
        {
            return CheckpointFolder.Inspect(folder);
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    private bool TryMove(string folder, string place)
    {
        try
        {
            disk.MoveFolder(folder, place);
            disk.SyncFolder(checkpoints);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool TrySync()
    {
        try
        {
            disk.SyncFolder(checkpoints);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                disk.DeleteFolder(folder);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static double? FiniteOrNull(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
