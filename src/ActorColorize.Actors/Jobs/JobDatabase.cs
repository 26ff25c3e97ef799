using ActorColorize.Actors.Jobs.Store;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The database in which jobs are kept: the journal of what was decided about them, and the store of what became of their pictures.
/// </summary>
public sealed class JobDatabase
{
    private readonly SqlDialect _dialect;

    private JobDatabase(string name, SqlDialect dialect, string journalHocon)
    {
        Name = name;
        _dialect = dialect;
        JournalHocon = journalHocon;
    }

    /// <summary>What and where it is, for people; no password.</summary>
    public string Name { get; }

    /// <summary>Configuration of the journal, as HOCON. It may hold a password: it is not for logs.</summary>
    public string JournalHocon { get; }

    /// <summary>SQLite files of this machine.</summary>
    /// <param name="folder">Where they are; must exist.</param>
    public static JobDatabase Sqlite(string folder) =>
        new(
            $"SQLite in {folder}",
            new SqliteDialect(Path.Combine(folder, "jobs.db")),
            AkkaHocon.SqliteJournal(
                $"Data Source={Path.Combine(folder, "journal.db")};Default Timeout=30",
                $"Data Source={Path.Combine(folder, "snapshots.db")};Default Timeout=30"
            )
        );

    /// <summary>A PostgreSQL database.</summary>
    public static JobDatabase Postgres(PostgresConnection database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return new JobDatabase($"PostgreSQL at {database.Place}", new PostgresDialect(database), AkkaHocon.PostgresJournal(database));
    }

    /// <summary>Opens the store; makes its tables, and the journal's where they are in the same database.</summary>
    /// <exception cref="JobStoreException">It cannot be opened.</exception>
    public IJobStore OpenStore() => new SqlJobStore(_dialect);
}
