using System.Data.Common;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Jobs in the tables of a database.</summary>
public sealed class SqlJobStore : IJobStore
{
    private readonly SqlDialect _dialect;
    private readonly DbConnection _connection;
    private readonly SqlChanges _changes;
    private readonly SqlReading _reading;

    /// <summary>Opens a database; creates missing tables.</summary>
    /// <exception cref="JobStoreException">It cannot be opened, or belongs to a later program version.</exception>
    public SqlJobStore(SqlDialect dialect)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        _dialect = dialect;
        _connection = dialect.Open();
        try
        {
            CreateTables();
        }
        catch
        {
            _connection.Dispose();
            throw;
        }

        _changes = new SqlChanges(_connection, dialect);
        _reading = new SqlReading(_connection, dialect);
    }

    /// <inheritdoc/>
    // In one statement, so that two coordinators never get the same term
    public long BecomeLeader() =>
        Guard(() => Convert.ToInt64(Scalar("UPDATE leadership SET term = term + 1, last_commit = 0 RETURNING term")));

    /// <inheritdoc/>
    public void Commit(long term, long number, IReadOnlyList<StoreChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Guard(() =>
        {
            _changes.Commit(term, number, changes);
            return true;
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredJob> OpenJobs() => Guard(_reading.OpenJobs);

    /// <inheritdoc/>
    public StoredJob? Find(JobId job) => Guard(() => _reading.Find(job));

    /// <inheritdoc/>
    public StoredJob? FindByKey(ClientId client, string key) => Guard(() => _reading.FindByKey(client, key));

    /// <inheritdoc/>
    public IReadOnlyList<StoredUnit> Units(JobId job) => Guard(() => _reading.Units(job));

    /// <inheritdoc/>
    public IReadOnlyList<WorkItem> Unsettled(JobId job, IReadOnlyList<long> numbers) => Guard(() => _reading.Unsettled(job, numbers));

    /// <inheritdoc/>
    public IReadOnlyList<WorkItem> Pending(JobId job, long after, long upTo, int limit) =>
        Guard(() => _reading.Pending(job, after, upTo, limit));

    /// <inheritdoc/>
    public string? LastPath(JobId job) => Guard(() => _reading.LastPath(job));

    /// <inheritdoc/>
    public IEnumerable<SettledPicture> Settled(JobId job)
    {
        using var pictures = _reading.Settled(job).GetEnumerator();
        while (Guard(pictures.MoveNext))
            yield return pictures.Current;
    }

    /// <inheritdoc/>
    public IReadOnlyList<SettledPicture> Settled(JobId job, IReadOnlyList<long> numbers) => Guard(() => _reading.Settled(job, numbers));

    /// <inheritdoc/>
    public IEnumerable<string> Rejected(JobId job)
    {
        using var paths = _reading.Rejected(job).GetEnumerator();
        while (Guard(paths.MoveNext))
            yield return paths.Current;
    }

    /// <inheritdoc/>
    public JobReports.ReviewCounts Reviews(JobId job) => Guard(() => _reading.Reviews(job));

    /// <inheritdoc/>
    public JobReports.JobPage List(JobQueries.List query) => Guard(() => _reading.List(query));

    /// <inheritdoc/>
    public JobReports.ItemPage Items(JobQueries.Items query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Guard(() => _reading.Items(query, (_reading.Find(query.Job)?.Progress.Items ?? 0) - 1));
    }

    /// <inheritdoc/>
    public JobReports.ErrorPage Errors(JobQueries.Errors query) => Guard(() => _reading.Errors(query));

    /// <inheritdoc/>
    public IReadOnlyList<NumberedJobEvent> Events(JobId job, long after, int limit) => Guard(() => _reading.Events(job, after, limit));

    /// <inheritdoc/>
    public IReadOnlyList<JobId> EndedBefore(DateTimeOffset time, DateTimeOffset passing) =>
        Guard(() => _reading.EndedBefore(time, passing));

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes.Dispose();
        _reading.Dispose();
        _connection.Dispose();
    }

    private void CreateTables() =>
        Guard(() =>
        {
            if (FindVersion() is not JobTables.Version)
                MakeTables();
            return FindVersion() is var version && version == JobTables.Version
                ? version
                : throw new JobStoreException(
                    version > JobTables.Version ? JobStoreFault.Newer : JobStoreFault.Broken,
                    $"the job database has tables of version {version}, and this program knows up to version {JobTables.Version}: "
                        + "use the version of the program that wrote it, or a later one, or restore a backup"
                );
        });

    private void MakeTables()
    {
        using var transaction = _connection.BeginTransaction();
        if (_dialect.LockTables.Length > 0)
            Execute(_dialect.LockTables, transaction);
        if (FindVersion(transaction) is not { } version)
        {
            Execute(JobTables.Create(_dialect), transaction);
            Execute($"INSERT INTO leadership (version, term, last_commit) VALUES ({JobTables.Version}, 0, 0)", transaction);
            if (_dialect.OtherTables.Length > 0)
                Execute(_dialect.OtherTables, transaction);
        }
        else
        {
            foreach (var (_, upgrade) in JobTables.Upgrades(_dialect).SkipWhile(upgrade => upgrade.From < version))
                Execute(upgrade, transaction);
        }

        transaction.Commit();
    }

    /// <summary>The version of a database's tables, read without upgrading them; null if it has none.</summary>
    /// <exception cref="JobStoreException">The database cannot be opened.</exception>
    internal static long? VersionOf(DbConnection connection, SqlDialect dialect)
    {
        foreach (var table in new[] { "leadership", JobTables.LeadershipBefore3 })
        {
            using var command = connection.CreateCommand();
            command.CommandText = dialect.CountTables(table);
            if (Convert.ToInt64(command.ExecuteScalar()) == 0)
                continue;
            command.CommandText = $"SELECT version FROM {table}";
            return (long?)command.ExecuteScalar();
        }

        return null;
    }

    private long? FindVersion(DbTransaction? transaction = null) =>
        VersionIn("leadership", transaction) ?? VersionIn(JobTables.LeadershipBefore3, transaction);

    private long? VersionIn(string table, DbTransaction? transaction) =>
        Convert.ToInt64(Scalar(_dialect.CountTables(table), transaction)) == 0
            ? null
            : (long?)Scalar($"SELECT version FROM {table}", transaction);

    private void Execute(string sql, DbTransaction transaction)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql, DbTransaction? transaction = null)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command.ExecuteScalar();
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception fault)
        {
            if (_dialect.Explain(fault) is { } explained)
                throw explained;
            throw;
        }
    }
}
