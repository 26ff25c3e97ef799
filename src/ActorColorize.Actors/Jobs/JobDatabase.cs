using ActorColorize.Actors.Jobs.Store;

namespace ActorColorize.Actors.Jobs;

/// <summary>The database in which jobs are kept: the journal of decisions about them, and the store of their pictures' results.</summary>
public sealed class JobDatabase
{
    private readonly SqlDialect _dialect;

    private JobDatabase(string name, SqlDialect dialect, string journalHocon)
    {
        Name = name;
        _dialect = dialect;
        JournalHocon = journalHocon;
    }

    /// <summary>Kind and place, for people; without the password.</summary>
    public string Name { get; }

    /// <summary>Configuration of the journal, as HOCON. It may contain a password: never log it.</summary>
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

    /// <summary>Opens the store; creates its tables, and those of the journal if they are in the same database.</summary>
    /// <exception cref="JobStoreException">It cannot be opened.</exception>
    public IJobStore OpenStore() => new SqlJobStore(_dialect);
}
