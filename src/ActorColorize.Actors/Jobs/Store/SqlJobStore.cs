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

    /// <summary>Opens a database; makes the tables where they are missing.</summary>
    /// <exception cref="JobStoreException">It cannot be opened, or is one of another program version.</exception>
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
        _reading = new SqlReading(_connection);
    }

    /// <inheritdoc/>
    public long TakeOffice() => Guard(() =>
    {
        Execute("UPDATE office SET term = term + 1");
        return Convert.ToInt64(Scalar("SELECT term FROM office"));
    });

    /// <inheritdoc/>
    public void Commit(long term, IReadOnlyList<StoreChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Guard(() =>
        {
            _changes.Commit(term, changes);
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
    public IReadOnlyList<WorkItem> Pending(JobId job, long after, long upTo, int limit) => Guard(() => _reading.Pending(job, after, upTo, limit));

    /// <inheritdoc/>
    public string? LastPath(JobId job) => Guard(() => _reading.LastPath(job));

    /// <inheritdoc/>
    public IEnumerable<SettledPicture> Settled(JobId job) => _reading.Settled(job);

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
    public IReadOnlyList<JobId> EndedBefore(DateTimeOffset time) => Guard(() => _reading.EndedBefore(time));

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes.Dispose();
        _reading.Dispose();
        _connection.Dispose();
    }

    private void CreateTables() => Guard(() =>
    {
        if (IsMade())
        {
            var version = Convert.ToInt64(Scalar("SELECT version FROM office"));
            return version == JobTables.Version
                ? version
                : throw new JobStoreException(JobStoreFault.Broken, $"the job database has tables of version {version}, and this program knows version {JobTables.Version}");
        }

        using var transaction = _connection.BeginTransaction();
        Execute(JobTables.Create(_dialect), transaction);
        Execute($"INSERT INTO office (version, term) SELECT {JobTables.Version}, 0 WHERE NOT EXISTS (SELECT 1 FROM office)", transaction);
        transaction.Commit();
        return JobTables.Version;
    });

    private bool IsMade()
    {
        try
        {
            return Scalar("SELECT COUNT(*) FROM office") is not null and not 0L;
        }
        catch (DbException fault) when (_dialect.IsMissingTable(fault))
        {
            return false;
        }
    }

    private void Execute(string sql, DbTransaction? transaction = null)
    {
        using var statement = new PreparedStatement(_connection, sql);
        statement.Execute(transaction);
    }

    private object? Scalar(string sql)
    {
        using var statement = new PreparedStatement(_connection, sql);
        return statement.ScalarIn(null);
    }

    private T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (DbException fault)
        {
            throw _dialect.Explain(fault);
        }
    }
}
