namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// The tables. Jobs are numbered, so that a million rows do not repeat a job's id. Hashes are 32 bytes, times are ticks in UTC.
/// </summary>
internal static class JobTables
{
    /// <summary>Version of the tables; a database with a later version is refused.</summary>
    internal const int Version = 5;

    /// <summary>The index of failed and quarantined pictures.</summary>
    internal const string ErrorIndex = "item_in_error";

    /// <summary>The index of reviewed results.</summary>
    internal const string ReviewIndex = "item_reviewed";

    /// <summary>Value of <c>has_details</c>: the job without pictures and history.</summary>
    internal const int WithoutDetails = 0;

    /// <summary>Value of <c>has_details</c>: the job with its pictures and history.</summary>
    internal const int WithDetails = 1;

    /// <summary>Value of <c>has_details</c>: everything, until the whole job is deleted; see <see cref="JobState.IsPassing"/>.</summary>
    internal const int Passing = 2;

    /// <summary>Value of <c>review</c>: no decision; other values are those of <see cref="Protocol.ReviewDecision"/>.</summary>
    internal const int Unreviewed = 0;

    internal const int Pending = 0;
    internal const int Done = 1;
    internal const int Skipped = 2;
    internal const int Failed = 3;
    internal const int Quarantined = 4;

    internal static string Create(SqlDialect dialect) =>
        $"""
            CREATE TABLE IF NOT EXISTS leadership (version BIGINT NOT NULL, term BIGINT NOT NULL, last_commit BIGINT NOT NULL);

            CREATE TABLE IF NOT EXISTS job (
              number BIGINT NOT NULL PRIMARY KEY,
              id {dialect.Text} NOT NULL UNIQUE,
              client {dialect.Text} NOT NULL,
              client_key {dialect.Text} NOT NULL,
              input_root {dialect.Text} NOT NULL,
              output_root {dialect.Text} NOT NULL,
              priority BIGINT NOT NULL,
              phase BIGINT NOT NULL,
              submitted_at BIGINT NOT NULL,
              ended_at BIGINT,
              state {dialect.Bytes} NOT NULL,
              journal_sequence BIGINT NOT NULL,
              items BIGINT NOT NULL,
              passed_over BIGINT NOT NULL,
              taken_up_to BIGINT NOT NULL,
              next_unit BIGINT NOT NULL,
              done BIGINT NOT NULL,
              already_done BIGINT NOT NULL,
              already_colour BIGINT NOT NULL,
              failed BIGINT NOT NULL,
              quarantined BIGINT NOT NULL,
              salvaged BIGINT NOT NULL DEFAULT 0,
              doubtful BIGINT NOT NULL DEFAULT 0,
              toned BIGINT NOT NULL DEFAULT 0,
              black_and_white BIGINT NOT NULL DEFAULT 0,
              last_sequence BIGINT NOT NULL,
              has_details BIGINT NOT NULL,
              UNIQUE (client, client_key)
            );

            CREATE INDEX IF NOT EXISTS open_job ON job (id) WHERE ended_at IS NULL;

            CREATE TABLE IF NOT EXISTS item (
              job BIGINT NOT NULL,
              number BIGINT NOT NULL,
              path {dialect.Text} NOT NULL,
              state BIGINT NOT NULL,
              recorded_sha {dialect.Bytes},
              recorded_bytes BIGINT,
              settled_at BIGINT,
              source_sha {dialect.Bytes},
              output_sha {dialect.Bytes},
              output_bytes BIGINT,
              width BIGINT,
              height BIGINT,
              chroma DOUBLE PRECISION,
              kind BIGINT,
              reason {dialect.Text},
              remarks {dialect.Text},
              attempts BIGINT NOT NULL,
              review BIGINT NOT NULL DEFAULT 0,
              PRIMARY KEY (job, number)
            ) {dialect.OrderedByKey};

            CREATE INDEX IF NOT EXISTS {ErrorIndex} ON item (job, number) WHERE state >= {Failed};
            CREATE INDEX IF NOT EXISTS {ReviewIndex} ON item (job, number) WHERE review > 0;

            CREATE TABLE IF NOT EXISTS unit (
              job BIGINT NOT NULL,
              number BIGINT NOT NULL,
              epoch BIGINT NOT NULL,
              device {dialect.Text},
              incarnation {dialect.Text},
              items {dialect.Bytes} NOT NULL,
              is_alone BIGINT NOT NULL,
              attempt BIGINT NOT NULL,
              deaths BIGINT NOT NULL,
              lapses BIGINT NOT NULL,
              PRIMARY KEY (job, number)
            ) {dialect.OrderedByKey};

            CREATE TABLE IF NOT EXISTS event (
              job BIGINT NOT NULL,
              sequence BIGINT NOT NULL,
              at BIGINT NOT NULL,
              item BIGINT,
              manifest {dialect.Text},
              body {dialect.Bytes},
              PRIMARY KEY (job, sequence)
            ) {dialect.OrderedByKey};

            CREATE TABLE IF NOT EXISTS earlier (
              job BIGINT NOT NULL,
              path {dialect.Text} NOT NULL,
              source_sha {dialect.Bytes} NOT NULL,
              output_bytes BIGINT NOT NULL,
              PRIMARY KEY (job, path)
            ) {dialect.OrderedByKey};
            """;

    /// <summary>The upgrades by the version that they begin with, in their order; each leads to the next version.</summary>
    internal static IReadOnlyList<(int From, string Sql)> Upgrades(SqlDialect dialect) =>
        [(1, From1To2), (2, From2To3), (3, From3To4(dialect)), (4, From4To5)];

    /// <summary>Upgrades the tables from version 1 to 2, which numbers commits.</summary>
    private const string From1To2 = $"ALTER TABLE {LeadershipBefore3} ADD COLUMN last_commit BIGINT NOT NULL DEFAULT 0;";

    /// <summary>Upgrades the tables from version 2 to 3, which renames one of them.</summary>
    private const string From2To3 = $"ALTER TABLE {LeadershipBefore3} RENAME TO leadership; UPDATE leadership SET version = 3;";

    /// <summary>Upgrades the tables from version 3 to 4, which records remarks on pictures and counts more kinds of outcomes.</summary>
    private static string From3To4(SqlDialect dialect) =>
        $"""
            ALTER TABLE item ADD COLUMN remarks {dialect.Text};
            ALTER TABLE job ADD COLUMN salvaged BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE job ADD COLUMN doubtful BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE job ADD COLUMN toned BIGINT NOT NULL DEFAULT 0;
            ALTER TABLE job ADD COLUMN black_and_white BIGINT NOT NULL DEFAULT 0;
            UPDATE leadership SET version = 4;
            """;

    /// <summary>Upgrades the tables from version 4 to 5, which records decisions about results.</summary>
    private const string From4To5 = $"""
        ALTER TABLE item ADD COLUMN review BIGINT NOT NULL DEFAULT 0;
        CREATE INDEX {ReviewIndex} ON item (job, number) WHERE review > 0;
        UPDATE leadership SET version = 5;
        """;

    /// <summary>The name of the table <c>leadership</c> in versions 1 and 2.</summary>
    internal const string LeadershipBefore3 = "office";
}
