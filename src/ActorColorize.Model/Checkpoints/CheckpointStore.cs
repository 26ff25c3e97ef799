using System.Collections.Concurrent;
using System.Globalization;
using ActorColorize.Data.Storage;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// The checkpoints of one run, in <c>checkpoints/</c> of its folder. A checkpoint is there whole or not at all, whenever the process or the
/// power goes:
/// <code>
///  write aside ──▶ fsync every file ──▶ manifest, fsync ──▶ fsync folder ──▶ rename ──▶ fsync parent
///  .step-N.partial-X/ (nobody counts it; the next Save or LoadNewest removes it)       step-N/
/// </code>
/// Files are hashed while they are written and verified while they are read. There is one writing process per run (its folder's lock sees
/// to that), and within it <see cref="Save"/>,
/// <see cref="LoadNewest"/> and <see cref="Retain"/> wait for each other, whichever instance they are called on: they clear away what an
/// earlier writer left unfinished, which must not be what
/// another one is writing. <see cref="List"/> and <see cref="Load"/> change nothing, so anyone may call them while a run is going on.
/// </summary>
public sealed class CheckpointStore
{
    /// <summary>More than any manifest takes.</summary>
    private const long ManifestRoom = 8 * 1024;

    private static readonly ConcurrentDictionary<string, Lock> Writers = new(StringComparer.Ordinal);

    private readonly Lock writing;
    private readonly string checkpoints;
    private readonly string? runId;
    private readonly ICheckpointDisk disk;
    private readonly TimeProvider clock;

    /// <param name="runFolder">The run's folder; it and its <c>checkpoints/</c> are made when the first checkpoint is saved.</param>
    /// <param name="runId">If given, checkpoints of other runs (copied here by someone) are neither loaded as the newest nor ever
    /// deleted.</param>
    /// <param name="disk">Where to write; null: this machine's disk.</param>
    /// <param name="clock">Tells when a checkpoint was made; null: the system's.</param>
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
    /// Saves a checkpoint; when it returns, the checkpoint survives a power cut. One of the same step is replaced: until the new one is
    /// there, the old one is.
    /// </summary>
    /// <exception cref="CheckpointException"><see cref="CheckpointProblem.Unwritable"/>: disk full (<see
    /// cref="StorageFault.IsDiskFull(Exception?)"/> on it says so, and the message how many bytes
    /// are needed), no permission, failing disk. The checkpoints that were there are as they were, and what was written is removed again. A
    /// disk that says beforehand that it has no room is not
    /// written to: filling it to the brim would hurt others.</exception>
    /// <exception cref="ArgumentException">A tensor or text cannot be stored; nothing has changed either.</exception>
    public CheckpointEntry Save(CheckpointContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (string.IsNullOrEmpty(content.RunId) || content.State.Step < 0)
            throw new ArgumentException(
                $"A checkpoint needs the name of its run and a step of at least 0; it has '{content.RunId}' and {content.State.Step}.",
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
    /// The checkpoints with whole manifests and files of the right lengths, oldest first. Reads no tensors and changes nothing.
    /// </summary>
    /// <exception cref="CheckpointException">The folder may not be read.</exception>
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
    /// Loads the newest checkpoint that is whole, or returns null when there is none. One that is damaged is reported, renamed to
    /// <c>step-N.rejected-K</c>, so that it is
    /// neither tried nor replaced nor deleted again, and the one before is tried.
    /// </summary>
    /// <param name="onRejected">Told of each one that could not be used, newest first. If it was told of some and null is returned, all
    /// progress of the run is lost, and the
    /// caller should not begin again without a word.</param>
    /// <exception cref="CheckpointException">The newest one is whole but of a newer format, or may not be read: going back behind it would
    /// be wrong.</exception>
    public LoadedCheckpoint? LoadNewest(Action<CheckpointRejection> onRejected)
    {
        ArgumentNullException.ThrowIfNull(onRejected);
        lock (writing)
        {
            // What is loaded must still be there after a power cut, even if its writer was killed between renaming and flushing.
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
    /// How many checkpoints are set aside as damaged. A run that has some and no whole one has lost its progress, also when it was an
    /// earlier start that set them aside.
    /// </summary>
    /// <exception cref="CheckpointException">The folder may not be read.</exception>
    public int CountRejected() => CheckpointFolder.CountRejected(checkpoints);

    /// <summary>Loads one checkpoint and verifies it; changes nothing.</summary>
    /// <param name="folder">Name of a checkpoint of this run, like <c>step-00000400</c>, or the path of a checkpoint's folder
    /// anywhere.</param>
    /// <exception cref="CheckpointException">It is missing, not whole, of a newer format, or may not be read.</exception>
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
    /// Deletes old checkpoints of this run: all but the last <paramref name="keepLast"/> and the best by validation loss. Whatever else is
    /// in the folder stays, rejected
    /// checkpoints included.
    /// </summary>
    /// <param name="keepLast">At least 1; at least 2 is wise, since the newest may turn out to be damaged.</param>
    /// <param name="onFailure">Told in one line of each checkpoint that could not be deleted; it stays, and nothing else happens.</param>
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

    /// <summary>Run and step stand in the manifest only: equal weights are then equal files, whichever run made them.</summary>
    private static Dictionary<string, string> ModelMetadataOf(CheckpointContent content) =>
        ModelMetadata.Of(content.Network, content.Colors);

    /// <summary>About how many bytes a checkpoint of a network takes: its weights and both moments of each.</summary>
    /// <param name="network">Its sizes.</param>
    /// <param name="averagesWeights">Whether the checkpoint holds averaged weights beside those in training.</param>
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

    /// <summary>A disk that refuses although it has room has a quota, or someone made room meanwhile.</summary>
    private string Shortage(long needed) =>
        string.Create(CultureInfo.InvariantCulture, $"no space left on the disk: {needed:N0} bytes are needed")
        + (
            disk.FreeBytes(checkpoints) is { } free && free < needed
                ? string.Create(CultureInfo.InvariantCulture, $", {free:N0} are free")
                : " (a quota, or no room for more files?)"
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
    /// Gives a finished folder its name. A folder cannot be renamed over another, so an old one of the same step steps aside first; if the
    /// power goes between the two renames,
    /// <see cref="ClearUnfinished"/> puts it back. Another run's checkpoint in that place is kept.
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

    /// <summary>Removes what an earlier writer left behind; what resists stays, since it harms nobody.</summary>
    /// <returns>How many were left behind.</returns>
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

        // Names first: otherwise a power cut could bring back the old name of a folder whose files are already gone.
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
    /// Deleting takes several steps; a checkpoint that is half deleted must not look like a damaged one, so it loses its name first.
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
