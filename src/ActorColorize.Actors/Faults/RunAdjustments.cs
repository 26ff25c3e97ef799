using System.Text.Json;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;

namespace ActorColorize.Actors.Faults;

/// <summary>A learning rate that was lowered after a divergence.</summary>
/// <param name="FromStep">Completed steps from which on the factor counts.</param>
/// <param name="Factor">Multiplies the schedule's rate, beside the factors of other cuts.</param>
public sealed record LearningRateCut(long FromStep, double Factor);

/// <summary>
/// What faults have changed about how a run trains (<c>adjustments.json</c>): the learning rate of a step, which batches are left out, and
/// how steps are fitted into memory. Recorded before it takes effect, and a step depends on nothing else of what happened: so a resumed run
/// trains as the broken one would have.
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

    /// <summary>Where the run stands on the <see cref="MemoryLadder"/>.</summary>
    public int MemoryLevel { get; init; }

    /// <summary>What the schedule's learning rate is multiplied by behind so many completed steps.</summary>
    public double LearningRateFactorAt(long completedSteps) =>
        LearningRateCuts.Where(cut => cut.FromStep <= completedSteps).Aggregate(1.0, static (factor, cut) => factor * cut.Factor);

    /// <summary>Whether nothing is learned from the batch of a step.</summary>
    public bool IsQuarantined(long step) => QuarantinedSteps.Contains(step);

    /// <summary>With one more cut.</summary>
    public RunAdjustments Cut(long fromStep, double factor) =>
        this with
        {
            LearningRateCuts = [.. LearningRateCuts, new LearningRateCut(fromStep, factor)],
        };

    /// <summary>With one more batch left out.</summary>
    public RunAdjustments Quarantine(long step) =>
        IsQuarantined(step) ? this : this with { QuarantinedSteps = [.. QuarantinedSteps.Append(step).Order()] };

    /// <summary>
    /// What two records of the same run know together: one of them may have missed the newest. The memory level is the other's.
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

    /// <summary>Whether both say the same.</summary>
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

    /// <summary>Reads a run's adjustments; none where there is no file.</summary>
    /// <exception cref="RunFolderException">The file is there and cannot be read.</exception>
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
                : throw new RunFolderException($"{folder.Adjustments} is of a newer program: use that one");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return None;
        }
        catch (JsonException e)
        {
            throw new RunFolderException(
                $"{folder.Adjustments} cannot be read at '{e.Path}': {e.Message.ReplaceLineEndings(" ")}: it says how the run has to go on; put a copy back, or delete it to go on without",
                e
            );
        }
    }
}
