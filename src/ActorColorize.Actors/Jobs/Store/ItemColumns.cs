using System.Data.Common;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>An outcome in the columns of a picture's row.</summary>
internal static class ItemColumns
{
    /// <summary>The columns that <see cref="Read"/> expects, in order.</summary>
    internal const string Outcome = "state, source_sha, output_sha, output_bytes, width, height, chroma, kind, reason, remarks";

    private const int TransientFailure = 1 << 16;

    internal static object?[] Of(ItemOutcome outcome) =>
        outcome switch
        {
            ItemOutcome.Done done =>
            [
                JobTables.Done,
                Hash(done.SourceSha256),
                Hash(done.OutputSha256),
                done.OutputBytes,
                done.Width,
                done.Height,
                done.MeanChroma,
                null,
                null,
                RemarksText.Of(done.Remarks),
            ],
            ItemOutcome.Skipped skipped =>
            [
                JobTables.Skipped,
                null,
                null,
                null,
                null,
                null,
                null,
                (int)skipped.Reason,
                null,
                RemarksText.Of(skipped.Remarks),
            ],
            ItemOutcome.Failed failed =>
            [
                JobTables.Failed,
                null,
                null,
                null,
                null,
                null,
                null,
                (int)failed.Class + (failed.IsTransient ? TransientFailure : 0),
                failed.Reason,
                null,
            ],
            ItemOutcome.Quarantined quarantined =>
            [
                JobTables.Quarantined,
                null,
                null,
                null,
                null,
                null,
                null,
                quarantined.Deaths,
                quarantined.Reason,
                null,
            ],
            _ => throw new ArgumentException($"{outcome.GetType()} has no columns", nameof(outcome)),
        };

    /// <summary>The outcome; null for a pending picture.</summary>
    internal static ItemOutcome? Read(DbDataReader row, int first) =>
        row.GetInt32(first) switch
        {
            JobTables.Done => new ItemOutcome.Done(
                Hash(row, first + 1),
                Hash(row, first + 2),
                row.GetInt64(first + 3),
                row.GetInt32(first + 4),
                row.GetInt32(first + 5),
                row.GetDouble(first + 6),
                RemarksText.Read(row, first + 9)
            ),
            JobTables.Skipped => new ItemOutcome.Skipped((SkipReason)row.GetInt32(first + 7), RemarksText.Read(row, first + 9)),
            JobTables.Failed => new ItemOutcome.Failed(
                (FailureClass)(row.GetInt32(first + 7) & ~TransientFailure),
                row.GetString(first + 8),
                row.GetInt32(first + 7) >= TransientFailure
            ),
            JobTables.Quarantined => new ItemOutcome.Quarantined(row.GetInt32(first + 7), row.GetString(first + 8)),
            _ => null,
        };

    internal static byte[] Hash(string hex) => Convert.FromHexString(hex);

    internal static string Hash(DbDataReader row, int column) => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(column));

    /// <summary>The stored value of a state; leased pictures are stored as pending.</summary>
    internal static int Of(ItemState state) =>
        state switch
        {
            ItemState.Done => JobTables.Done,
            ItemState.Skipped => JobTables.Skipped,
            ItemState.Failed => JobTables.Failed,
            ItemState.Quarantined => JobTables.Quarantined,
            _ => JobTables.Pending,
        };

    /// <summary>The state of a stored outcome.</summary>
    internal static ItemState StateOf(ItemOutcome? outcome) =>
        outcome switch
        {
            ItemOutcome.Done => ItemState.Done,
            ItemOutcome.Skipped => ItemState.Skipped,
            ItemOutcome.Failed => ItemState.Failed,
            ItemOutcome.Quarantined => ItemState.Quarantined,
            _ => ItemState.Pending,
        };
}
