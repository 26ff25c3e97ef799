using System.Data.Common;
using System.Text;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using static ActorColorize.Actors.Jobs.Store.StatementParameter;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Reads jobs, pictures and history from the tables. Pages end before they are too large for a message.</summary>
internal sealed class SqlReading : IDisposable
{
    /// <summary>Bytes of the rows of a page; the rest of a message is left for its frame and one more row.</summary>
    private const int PageBytes = 12 * 1024;

    private const int MostRows = 500;

    /// <summary>Most rows that one page scans, so that a page of rare pictures does not read a million others.</summary>
    private const int RowsLookedThrough = 20_000;

    private const string JobColumns =
        "state, journal_sequence, items, passed_over, taken_up_to, next_unit, done, already_done, already_colour, failed, quarantined, "
        + "last_sequence, salvaged, doubtful, toned, black_and_white";

    private readonly DbConnection _connection;
    private readonly SqlDialect _dialect;
    private readonly List<PreparedStatement> _statements = [];
    private readonly PreparedStatement _open;
    private readonly PreparedStatement _find;
    private readonly PreparedStatement _findByKey;
    private readonly PreparedStatement _units;
    private readonly PreparedStatement _unsettled;
    private readonly PreparedStatement _pending;
    private readonly PreparedStatement _lastPath;
    private readonly PreparedStatement _list;
    private readonly PreparedStatement _items;
    private readonly PreparedStatement _reviewed;
    private readonly PreparedStatement _reviews;
    private readonly PreparedStatement _settled;
    private readonly PreparedStatement _errors;
    private readonly PreparedStatement _events;
    private readonly PreparedStatement _endedBefore;

    internal SqlReading(DbConnection connection, SqlDialect dialect)
    {
        const string number = "(SELECT number FROM job WHERE id = @id)";
        _connection = connection;
        _dialect = dialect;
        _open = Prepare($"SELECT {JobColumns} FROM job WHERE ended_at IS NULL ORDER BY id");
        _find = Prepare($"SELECT {JobColumns} FROM job WHERE id = @id", Text("id"));
        _findByKey = Prepare(
            $"SELECT {JobColumns} FROM job WHERE client = @client AND client_key = @client_key",
            Text("client"),
            Text("client_key")
        );
        _units = Prepare(
            $"""
            SELECT number, epoch, device, incarnation, items, is_alone, attempt, deaths, lapses FROM unit
            WHERE job = {number} ORDER BY number
            """,
            Text("id")
        );
        _unsettled = Prepare(
            $"""
            SELECT number, path, recorded_sha, recorded_bytes FROM item
            WHERE job = {number} AND number = @number AND state = {JobTables.Pending}
            """,
            Text("id"),
            Number("number")
        );
        _pending = Prepare(
            $"""
            SELECT number, path, recorded_sha, recorded_bytes FROM item
            WHERE job = {number} AND state = {JobTables.Pending} AND number > @after AND number <= @up_to ORDER BY number LIMIT @at_most
            """,
            Text("id"),
            Number("after"),
            Number("up_to"),
            Number("at_most")
        );
        _lastPath = Prepare($"SELECT path FROM item WHERE job = {number} ORDER BY number DESC LIMIT 1", Text("id"));
        _list = Prepare(
            $"SELECT {JobColumns} FROM job WHERE id < @before AND (client = @client OR @client IS NULL) ORDER BY id DESC LIMIT @at_most",
            Text("before"),
            Text("client"),
            Number("at_most")
        );
        _items = Prepare(
            $"""
            SELECT number, path, {ItemColumns.Outcome}, review FROM item
            WHERE job = {number} AND number > @after AND number <= @up_to AND (state = @state OR @state < 0)
              AND (review = @review OR @review < 0)
            ORDER BY number LIMIT @at_most
            """,
            Text("id"),
            Number("after"),
            Number("up_to"),
            Number("state"),
            Number("review"),
            Number("at_most")
        );
        _reviewed = Prepare(
            $"""
            SELECT number, path, {ItemColumns.Outcome}, review FROM item {dialect.By(JobTables.ReviewIndex)}
            WHERE job = {number} AND review > 0 AND number > @after AND review = @review AND (state = @state OR @state < 0)
            ORDER BY number LIMIT @at_most
            """,
            Text("id"),
            Number("after"),
            Number("review"),
            Number("state"),
            Number("at_most")
        );
        _reviews = Prepare(
            $"""
            SELECT review, COUNT(*) FROM item {dialect.By(JobTables.ReviewIndex)} WHERE job = {number} AND review > 0 GROUP BY review
            """,
            Text("id")
        );
        _settled = Prepare(
            $"""
            SELECT path, settled_at, {ItemColumns.Outcome}, review FROM item
            WHERE job = {number} AND number = @number AND state <> {JobTables.Pending}
            """,
            Text("id"),
            Number("number")
        );
        _errors = Prepare(
            $"""
            SELECT number, path, {ItemColumns.Outcome}, attempts FROM item {dialect.By(JobTables.ErrorIndex)}
            WHERE job = {number} AND state >= {JobTables.Failed} AND number > @after ORDER BY number LIMIT @at_most
            """,
            Text("id"),
            Number("after"),
            Number("at_most")
        );
        _events = Prepare(
            $"""
            SELECT event.sequence, event.at, event.manifest, event.body, item.number, item.path, {string.Join(
                ", ",
                ItemColumns.Outcome.Split(", ").Select(column => $"item.{column}")
            )}
            FROM event LEFT JOIN item ON item.job = event.job AND item.number = event.item
            WHERE event.job = {number} AND event.sequence > @after ORDER BY event.sequence LIMIT @at_most
            """,
            Text("id"),
            Number("after"),
            Number("at_most")
        );
        _endedBefore = Prepare(
            $"""
            SELECT id FROM job
            WHERE (has_details = {JobTables.WithDetails} AND ended_at < @time)
              OR (has_details = {JobTables.Passing} AND ended_at < @passing)
            ORDER BY id LIMIT {MostRows}
            """,
            Number("time"),
            Number("passing")
        );
    }

    internal IReadOnlyList<StoredJob> OpenJobs() => All(_open.Read(), Job);

    internal StoredJob? Find(JobId job) => All(_find.Read(job.Value), Job).SingleOrDefault();

    internal StoredJob? FindByKey(ClientId client, string key) => All(_findByKey.Read(client.Value, key), Job).SingleOrDefault();

    internal IReadOnlyList<StoredUnit> Units(JobId job) =>
        All(_units.Read(job.Value), row => new StoredUnit(
            row.GetInt64(0),
            row.GetInt32(1),
            row.IsDBNull(2) ? null : new WorkerId(row.GetString(2), row.GetString(3)),
            StoredForms.ToNumbers(row.GetFieldValue<byte[]>(4)),
            row.GetInt64(5) != 0,
            row.GetInt32(6),
            row.GetInt32(7),
            row.GetInt32(8)
        ));

    internal IReadOnlyList<WorkItem> Unsettled(JobId job, IReadOnlyList<long> numbers) =>
        [.. numbers.SelectMany(number => All(_unsettled.Read(job.Value, number), Item))];

    internal IReadOnlyList<WorkItem> Pending(JobId job, long after, long upTo, int limit) =>
        All(_pending.Read(job.Value, after, upTo, limit), Item);

    internal string? LastPath(JobId job) => (string?)_lastPath.ScalarIn(null, job.Value);

    internal IEnumerable<SettledPicture> Settled(JobId job)
    {
        // Its own statement, because it stays open for long.
        using var statement = new PreparedStatement(
            _connection,
            $"""
            SELECT path, settled_at, {ItemColumns.Outcome}, review FROM item
            WHERE job = (SELECT number FROM job WHERE id = @id) AND state <> {JobTables.Pending} ORDER BY number
            """,
            Text("id")
        );
        using var row = statement.Read(job.Value);
        while (row.Read())
            yield return Settled(row);
    }

    internal IReadOnlyList<SettledPicture> Settled(JobId job, IReadOnlyList<long> numbers) =>
        [.. numbers.SelectMany(number => All(_settled.Read(job.Value, number), Settled))];

    internal IEnumerable<string> Rejected(JobId job)
    {
        // Its own statement, because it stays open for long.
        using var statement = new PreparedStatement(
            _connection,
            $"""
            SELECT path FROM item {_dialect.By(JobTables.ReviewIndex)}
            WHERE job = (SELECT number FROM job WHERE id = @id) AND review > 0 AND review = {(int)ReviewDecision.Rejected} ORDER BY number
            """,
            Text("id")
        );
        using var row = statement.Read(job.Value);
        while (row.Read())
            yield return row.GetString(0);
    }

    internal JobReports.ReviewCounts Reviews(JobId job)
    {
        var counts = All(_reviews.Read(job.Value), row => (Decision: (ReviewDecision)row.GetInt32(0), Count: row.GetInt64(1)));
        return new JobReports.ReviewCounts(
            job,
            counts.FirstOrDefault(count => count.Decision == ReviewDecision.Approved).Count,
            counts.FirstOrDefault(count => count.Decision == ReviewDecision.Rejected).Count
        );
    }

    internal JobReports.JobPage List(JobQueries.List query)
    {
        var jobs = new List<JobSummary>();
        var limit = Limit(query.Limit);
        using var row = _list.Read(query.Before ?? "~", query.Client?.Value, limit + 1);
        for (var bytes = 0; row.Read(); )
        {
            var job = Job(row);
            var (state, origin) = (job.State, job.State.Origin);
            var summary = new JobSummary(
                state.Job,
                origin.Client,
                origin.Key,
                origin.Specification.InputRoot,
                origin.Specification.OutputRoot,
                state.Priority,
                state.Phase,
                job.Progress.Items,
                job.Progress.Counts,
                origin.At
            );
            bytes +=
                200
                + Encoding.UTF8.GetByteCount(summary.InputRoot)
                + Encoding.UTF8.GetByteCount(summary.OutputRoot)
                + Encoding.UTF8.GetByteCount(summary.Key);
            if (jobs.Count == limit || (jobs.Count > 0 && bytes > PageBytes))
                return new JobReports.JobPage(jobs, jobs[^1].Job.Value);
            jobs.Add(summary);
        }

        return new JobReports.JobPage(jobs, null);
    }

    internal JobReports.ItemPage Items(JobQueries.Items query, long last)
    {
        var items = new List<ItemReport>();
        var limit = Limit(query.Limit);
        var state = query.State is { } wanted ? ItemColumns.Of(wanted) : -1;
        var isByReview = query.Review is not (null or ReviewDecision.None);
        var upTo = isByReview ? last : Math.Min(last, query.After + RowsLookedThrough);
        using var row = isByReview
            ? _reviewed.Read(query.Job.Value, query.After, (int)query.Review!, state, limit + 1)
            : _items.Read(query.Job.Value, query.After, upTo, state, query.Review is null ? -1 : JobTables.Unreviewed, limit + 1);
        for (var bytes = 0; row.Read(); )
        {
            var outcome = ItemColumns.Read(row, 2);
            var item = new ItemReport(
                row.GetInt64(0),
                row.GetString(1),
                ItemColumns.StateOf(outcome),
                outcome,
                (ReviewDecision)row.GetInt32(12)
            );
            bytes += BytesOf(item.RelativePath, outcome);
            if (items.Count == limit || (items.Count > 0 && bytes > PageBytes))
                return new JobReports.ItemPage(query.Job, items, items[^1].Number);
            items.Add(item);
        }

        return new JobReports.ItemPage(query.Job, items, upTo < last ? upTo : null);
    }

    internal JobReports.ErrorPage Errors(JobQueries.Errors query)
    {
        var errors = new List<ItemError>();
        var limit = Limit(query.Limit);
        using var row = _errors.Read(query.Job.Value, query.After, limit + 1);
        for (var bytes = 0; row.Read(); )
        {
            var error = new ItemError(row.GetInt64(0), row.GetString(1), ItemColumns.Read(row, 2)!, row.GetInt32(12));
            bytes += BytesOf(error.RelativePath, error.Outcome);
            if (errors.Count == limit || (errors.Count > 0 && bytes > PageBytes))
                return new JobReports.ErrorPage(query.Job, errors, errors[^1].Number);
            errors.Add(error);
        }

        return new JobReports.ErrorPage(query.Job, errors, null);
    }

    internal IReadOnlyList<NumberedJobEvent> Events(JobId job, long after, int limit)
    {
        var events = new List<NumberedJobEvent>();
        using var row = _events.Read(job.Value, after, Limit(limit));
        for (var bytes = 0; row.Read(); )
        {
            var happened = row.IsDBNull(2)
                ? new JobEvents.ItemSettled(job, row.GetInt64(4), row.GetString(5), ItemColumns.Read(row, 6)!)
                : (JobEvents.IJobEvent)new MessageBytes(row.GetString(2), row.GetFieldValue<byte[]>(3)).ToMessage();
            bytes += 100 + (row.IsDBNull(2) ? BytesOf(row.GetString(5), null) : row.GetFieldValue<byte[]>(3).Length);
            if (events.Count > 0 && bytes > PageBytes)
                break;
            events.Add(new NumberedJobEvent(row.GetInt64(0), Time(row.GetInt64(1)), happened));
        }

        return events;
    }

    internal IReadOnlyList<JobId> EndedBefore(DateTimeOffset time, DateTimeOffset passing) =>
        All(_endedBefore.Read(time.UtcTicks, passing.UtcTicks), row => new JobId(row.GetString(0)));

    private static SettledPicture Settled(DbDataReader row) =>
        new(row.GetString(0), ItemColumns.Read(row, 2)!, Time(row.GetInt64(1)), (ReviewDecision)row.GetInt32(12));

    private static int Limit(int asked) => Math.Clamp(asked, 1, MostRows);

    private static int BytesOf(string path, ItemOutcome? outcome)
    {
        const int numbersAndHashes = 220;
        var reason = outcome switch
        {
            ItemOutcome.Failed failed => failed.Reason,
            ItemOutcome.Quarantined quarantined => quarantined.Reason,
            ItemOutcome.Done { Remarks.Note: { } note } => note,
            ItemOutcome.Skipped { Remarks.Note: { } note } => note,
            _ => "",
        };
        return numbersAndHashes + Encoding.UTF8.GetByteCount(path) + Encoding.UTF8.GetByteCount(reason);
    }

    private static StoredJob Job(DbDataReader row) =>
        new(
            StoredForms.ToState(row.GetFieldValue<byte[]>(0)),
            row.GetInt64(1),
            new LedgerProgress(
                row.GetInt64(2),
                row.GetInt64(3),
                row.GetInt64(4),
                row.GetInt64(5),
                new JobCounts(
                    row.GetInt64(6),
                    row.GetInt64(7),
                    row.GetInt64(8),
                    row.GetInt64(9),
                    row.GetInt64(10),
                    row.GetInt64(12),
                    row.GetInt64(13),
                    row.GetInt64(14),
                    row.GetInt64(15)
                ),
                row.GetInt64(11)
            )
        );

    private static WorkItem Item(DbDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : new RecordedResult(ItemColumns.Hash(row, 2), row.GetInt64(3)));

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    private static List<T> All<T>(DbDataReader reader, Func<DbDataReader, T> read)
    {
        using (reader)
        {
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
    }

    private PreparedStatement Prepare(string sql, params ReadOnlySpan<StatementParameter> parameters)
    {
        var statement = new PreparedStatement(_connection, sql, parameters);
        _statements.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
    }
}
