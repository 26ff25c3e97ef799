using System.Text.Json;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;

namespace ActorColorize.Actors.Faults;

/// <summary>A learning rate that was lowered after a divergence.</summary>
/// <param name="FromStep">Completed steps from which on the factor applies.</param>
/// <param name="Factor">Multiplies the schedule's rate, beside the factors of other cuts.</param>
public sealed record LearningRateCut(long FromStep, double Factor);

/// <summary>
/// The changes to a run's training that faults have caused (<c>adjustments.json</c>): the learning rate of a step, which batches are left
/// out, and how steps are fitted into memory. Saved before they take effect, and no step depends on any other past fault: so a resumed run
/// trains exactly as the interrupted one would have.
/// </summary>
public sealed record RunAdjustments
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>No adjustments.</summary>
    public static RunAdjustments None { get; } = new();

    /// <summary>Version of the file's format.</summary>
    public int FormatVersion { get; init; } = 1;

    /// <summary>The cuts, in the order in which they were made.</summary>
    public IReadOnlyList<LearningRateCut> LearningRateCuts { get; init; } = [];

    /// <summary>
    /// Numbers of the steps whose batches are left out, in ascending order; <c>skipped-batches.jsonl</c> names their pictures.
    /// </summary>
    public IReadOnlyList<long> QuarantinedSteps { get; init; } = [];

    /// <summary>Level on the <see cref="MemoryLadder"/>.</summary>
    public int MemoryLevel { get; init; }

    /// <summary>Factor of the schedule's learning rate after a number of completed steps.</summary>
    public double LearningRateFactorAt(long completedSteps) =>
        LearningRateCuts.Where(cut => cut.FromStep <= completedSteps).Aggregate(1.0, static (factor, cut) => factor * cut.Factor);

    /// <summary>Whether the batch of a step is skipped.</summary>
    public bool IsQuarantined(long step) => QuarantinedSteps.Contains(step);

    /// <summary>Returns a copy with one more cut.</summary>
    public RunAdjustments Cut(long fromStep, double factor) =>
        this with
        {
            LearningRateCuts = [.. LearningRateCuts, new LearningRateCut(fromStep, factor)],
        };

    /// <summary>Returns a copy with one more batch quarantined.</summary>
    public RunAdjustments Quarantine(long step) =>
        IsQuarantined(step) ? this : this with { QuarantinedSteps = [.. QuarantinedSteps.Append(step).Order()] };

    /// <summary>
    /// Merges two records of the same run, since one of them may lack the newest entries. The memory level is taken from
    /// <paramref name="other"/>.
    /// </summary>
    public RunAdjustments And(RunAdjustments other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other with
        {
            LearningRateCuts = LearningRateCuts.Count > other.LearningRateCuts.Count ? LearningRateCuts : other.LearningRateCuts,
            QuarantinedSteps = [.. QuarantinedSteps.Union(other.QuarantinedSteps).Order()],
        };
    }

    /// <summary>Whether both are equal in content.</summary>
    public bool Equals(RunAdjustments? other) =>
        other is not null
        && MemoryLevel == other.MemoryLevel
        && LearningRateCuts.SequenceEqual(other.LearningRateCuts)
        && QuarantinedSteps.SequenceEqual(other.QuarantinedSteps);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MemoryLevel, LearningRateCuts.Count, QuarantinedSteps.Count);

    /// <summary>Writes the file atomically.</summary>
    public void Save(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFile.Write(folder.Adjustments, stream => JsonSerializer.Serialize(stream, this, Json));
    }

    /// <summary>Reads a run's adjustments; none if there is no file.</summary>
    /// <exception cref="RunFolderException">The file exists and cannot be read.</exception>
    public static RunAdjustments Load(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            using var stream = File.OpenRead(folder.Adjustments);
            return
                JsonSerializer.Deserialize<RunAdjustments>(stream, Json)
                    is { FormatVersion: 1, LearningRateCuts: not null, QuarantinedSteps: not null } adjustments
                ? adjustments
                : throw new RunFolderException($"{folder.Adjustments} was written by a newer version of the program: use that version");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return None;
        }
        catch (JsonException e)
        {
            throw new RunFolderException(
                $"{folder.Adjustments} cannot be read at '{e.Path}': {e.Message.ReplaceLineEndings(" ")}"
                    + ": it says how the run has to continue; restore a copy, or delete it to continue without",
                e
            );
        }
    }
}
