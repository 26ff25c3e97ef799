using System.Text.Encodings.Web;
using System.Text.Json;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;

namespace ActorColorize.Actors.Faults;

/// <summary>A skipped batch, a line of <c>skipped-batches.jsonl</c>.</summary>
/// <param name="Step">Number of the step.</param>
/// <param name="Time">When.</param>
/// <param name="Reason">One line.</param>
/// <param name="Pictures">The pictures in the batch, relative to the dataset's root.</param>
public sealed record SkippedBatch(long Step, DateTimeOffset Time, string Reason, IReadOnlyList<string> Pictures)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Adds a batch to the run's list.</summary>
    /// <returns>False if it cannot be written: the run continues without the line.</returns>
    internal static bool Note(RunFolder folder, SkippedBatch batch)
    {
        try
        {
            using var log = new AppendLog(folder.SkippedBatches);
            log.Append(JsonSerializer.SerializeToUtf8Bytes(batch, Json));
            log.Sync();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The batches of a run so far; lines that cannot be read are left out.</summary>
    /// <exception cref="IOException">The list exists and cannot be read.</exception>
    public static IReadOnlyList<SkippedBatch> All(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return File.Exists(folder.SkippedBatches)
            ? [.. AppendLog.ReadLines(folder.SkippedBatches).Select(Parse).OfType<SkippedBatch>()]
            : [];
    }

    private static SkippedBatch? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SkippedBatch>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
