namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// The tables. A job has a small number of its own here, so that a million rows do not repeat its name. Hashes are 32 bytes, times are ticks in UTC.
/// </summary>
internal static class JobTables
{
    /// <summary>Version of the tables; a database of another one is refused.</summary>
    internal const int Version = 1;

    internal const int Pending = 0;
    internal const int Done = 1;
    internal const int Skipped = 2;
    internal const int Failed = 3;
    internal const int Quarantined = 4;

    internal static string Create(SqlDialect dialect) => $"""
        CREATE TABLE IF NOT EXISTS office (version BIGINT NOT NULL, term BIGINT NOT NULL);

        CREATE TABLE IF NOT EXISTS job (
          number BIGINT NOT NULL PRIMARY KEY,
          id TEXT NOT NULL UNIQUE,
          client TEXT NOT NULL,
          client_key TEXT NOT NULL,
          input_root TEXT NOT NULL,
          output_root TEXT NOT NULL,
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
          last_sequence BIGINT NOT NULL,
          has_details BIGINT NOT NULL,
          UNIQUE (client, client_key)
        );

        CREATE INDEX IF NOT EXISTS open_job ON job (id) WHERE ended_at IS NULL;

        CREATE TABLE IF NOT EXISTS item (
          job BIGINT NOT NULL,
          number BIGINT NOT NULL,
          path TEXT NOT NULL,
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
          reason TEXT,
          attempts BIGINT NOT NULL,
          PRIMARY KEY (job, number)
        ) {dialect.OrderedByKey};

        CREATE INDEX IF NOT EXISTS item_in_error ON item (job, number) WHERE state >= {Failed};

        CREATE TABLE IF NOT EXISTS unit (
          job BIGINT NOT NULL,
          number BIGINT NOT NULL,
          epoch BIGINT NOT NULL,
          device TEXT,
          incarnation TEXT,
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
          manifest TEXT,
          body {dialect.Bytes},
          PRIMARY KEY (job, sequence)
        ) {dialect.OrderedByKey};

        CREATE TABLE IF NOT EXISTS earlier (
          job BIGINT NOT NULL,
          path TEXT NOT NULL,
          source_sha {dialect.Bytes} NOT NULL,
          output_bytes BIGINT NOT NULL,
          PRIMARY KEY (job, path)
        ) {dialect.OrderedByKey};
        """;
}
