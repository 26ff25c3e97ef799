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

    /// <summary>The version of the tables that this program writes.</summary>
    public static int TablesVersion => JobTables.Version;

    /// <summary>
    /// Connects once and reads facts for a report; changes nothing. A SQLite file that does not exist is not created: call this only if it
    /// exists.
    /// </summary>
    /// <exception cref="JobStoreException">The database cannot be opened.</exception>
    public DatabaseFacts Examine()
    {
        try
        {
            using var connection = _dialect.Open();
            var version = SqlJobStore.VersionOf(connection, _dialect);
            using var clock = connection.CreateCommand();
            if (_dialect is not PostgresDialect)
                return new DatabaseFacts(version, null, null);
            clock.CommandText = "SELECT clock_timestamp(), current_setting('server_version')";
            using var row = clock.ExecuteReader();
            row.Read();
            return new DatabaseFacts(version, new DateTimeOffset(row.GetDateTime(0).ToUniversalTime(), TimeSpan.Zero), row.GetString(1));
        }
        catch (Exception fault)
        {
            if (_dialect.Explain(fault) is { } explained)
                throw explained;
            throw;
        }
    }

    /// <summary>Opens the store; creates its tables, and those of the journal if they are in the same database.</summary>
    /// <exception cref="JobStoreException">It cannot be opened.</exception>
    public IJobStore OpenStore() => new SqlJobStore(_dialect);
}

/// <summary>Facts about a database.</summary>
/// <param name="TablesVersion">Version of its tables; null if it has none yet.</param>
/// <param name="Now">The time of the server's clock; null if the database is a file.</param>
/// <param name="Server">Version of the server; null if the database is a file.</param>
public sealed record DatabaseFacts(long? TablesVersion, DateTimeOffset? Now, string? Server);
