using System.Data.Common;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Writes <see cref="StoreChange"/>s into the tables.</summary>
internal sealed class SqlChanges : IDisposable
{
    private readonly DbConnection _connection;
    private readonly List<PreparedStatement> _statements = [];
    private readonly Dictionary<JobId, long> _numbers = [];
    private readonly PreparedStatement _term;
    private readonly PreparedStatement _numberOf;
    private readonly PreparedStatement _saveJob;
    private readonly PreparedStatement _saveProgress;
    private readonly PreparedStatement _addEvent;
    private readonly PreparedStatement _addEarlier;
    private readonly PreparedStatement _dropEarlier;
    private readonly PreparedStatement _forgetEarlier;
    private readonly PreparedStatement _addItem;
    private readonly PreparedStatement _saveUnit;
    private readonly PreparedStatement _closeUnit;
    private readonly PreparedStatement _settleItem;
    private readonly PreparedStatement _reopen;
    private readonly PreparedStatement _forgetItems;
    private readonly PreparedStatement _forgetEvents;
    private readonly PreparedStatement _forgotten;
    private DbTransaction? _transaction;

    internal SqlChanges(DbConnection connection, SqlDialect dialect)
    {
        _connection = connection;
        _term = Prepare($"SELECT term FROM office {dialect.LockOffice}");
        _numberOf = Prepare("SELECT number FROM job WHERE id = @id", "id");
        _saveJob = Prepare(
            """
            INSERT INTO job (number, id, client, client_key, input_root, output_root, priority, phase, submitted_at, ended_at, state, journal_sequence,
              items, passed_over, taken_up_to, next_unit, done, already_done, already_colour, failed, quarantined, last_sequence, has_details)
            VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM job), @id, @client, @client_key, @input_root, @output_root, @priority, @phase, @submitted_at, @ended_at, @state, @journal_sequence,
              0, 0, -1, 0, 0, 0, 0, 0, 0, 0, 1)
            ON CONFLICT (id) DO UPDATE SET priority = excluded.priority, phase = excluded.phase, ended_at = excluded.ended_at, state = excluded.state, journal_sequence = excluded.journal_sequence
            """,
            "id", "client", "client_key", "input_root", "output_root", "priority", "phase", "submitted_at", "ended_at", "state", "journal_sequence");
        _saveProgress = Prepare(
            """
            UPDATE job SET items = @items, passed_over = @passed_over, taken_up_to = @taken_up_to, next_unit = @next_unit,
              done = @done, already_done = @already_done, already_colour = @already_colour, failed = @failed, quarantined = @quarantined, last_sequence = @last_sequence
            WHERE number = @job
            """,
            "items", "passed_over", "taken_up_to", "next_unit", "done", "already_done", "already_colour", "failed", "quarantined", "last_sequence", "job");
        _addEvent = Prepare("INSERT INTO event (job, sequence, at, item, manifest, body) VALUES (@job, @sequence, @at, @item, @manifest, @body)", "job", "sequence", "at", "item", "manifest", "body");
        _addEarlier = Prepare(
            """
            INSERT INTO earlier (job, path, source_sha, output_bytes) VALUES (@job, @path, @source_sha, @output_bytes)
            ON CONFLICT (job, path) DO UPDATE SET source_sha = excluded.source_sha, output_bytes = excluded.output_bytes
            """,
            "job", "path", "source_sha", "output_bytes");
        _dropEarlier = Prepare("DELETE FROM earlier WHERE job = @job AND path = @path", "job", "path");
        _forgetEarlier = Prepare("DELETE FROM earlier WHERE job = @job", "job");
        _addItem = Prepare(
            $"""
            INSERT INTO item (job, number, path, state, recorded_sha, recorded_bytes, attempts)
            SELECT @job, @number, @path, {JobTables.Pending}, earlier.source_sha, earlier.output_bytes, 0 FROM (SELECT 1 AS one) AS single LEFT JOIN earlier ON earlier.job = @job AND earlier.path = @path
            """,
            "job", "number", "path");
        _saveUnit = Prepare(
            """
            INSERT INTO unit (job, number, epoch, device, incarnation, items, is_alone, attempt, deaths, lapses) VALUES (@job, @number, @epoch, @device, @incarnation, @items, @is_alone, @attempt, @deaths, @lapses)
            ON CONFLICT (job, number) DO UPDATE SET epoch = excluded.epoch, device = excluded.device, incarnation = excluded.incarnation, items = excluded.items,
              attempt = excluded.attempt, deaths = excluded.deaths, lapses = excluded.lapses
            """,
            "job", "number", "epoch", "device", "incarnation", "items", "is_alone", "attempt", "deaths", "lapses");
        _closeUnit = Prepare("DELETE FROM unit WHERE job = @job AND number = @number", "job", "number");
        _settleItem = Prepare(
            """
            UPDATE item SET state = @state, source_sha = @source_sha, output_sha = @output_sha, output_bytes = @output_bytes, width = @width, height = @height, chroma = @chroma,
              kind = @kind, reason = @reason, settled_at = @settled_at, attempts = attempts + @attempts
            WHERE job = @job AND number = @number
            """,
            "state", "source_sha", "output_sha", "output_bytes", "width", "height", "chroma", "kind", "reason", "settled_at", "attempts", "job", "number");
        _reopen = Prepare(
            $"UPDATE item SET state = {JobTables.Pending}, kind = NULL, reason = NULL, settled_at = NULL WHERE job = @job AND state >= {JobTables.Failed} AND state <= @up_to", "job", "up_to");
        _forgetItems = Prepare("DELETE FROM item WHERE job = @job AND number IN (SELECT number FROM item WHERE job = @job ORDER BY number LIMIT @at_most)", "job", "at_most");
        _forgetEvents = Prepare("DELETE FROM event WHERE job = @job AND sequence IN (SELECT sequence FROM event WHERE job = @job ORDER BY sequence LIMIT @at_most)", "job", "at_most");
        _forgotten = Prepare("UPDATE job SET has_details = 0 WHERE number = @job", "job");
    }

    internal void Commit(long term, IReadOnlyList<StoreChange> changes)
    {
        using var transaction = _connection.BeginTransaction();
        _transaction = transaction;
        try
        {
            if (Convert.ToInt64(_term.ScalarIn(transaction)) != term) throw new JobStoreException(JobStoreFault.Deposed, "another coordinator has taken over the jobs");
            foreach (var change in changes) Apply(change);
            transaction.Commit();
        }
        catch (DbException)
        {
            _numbers.Clear(); // of jobs that were not added after all
            throw;
        }
        finally
        {
            _transaction = null;
        }
    }

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.JobSaved saved: Save(saved); break;
            case StoreChange.ProgressSaved saved: Save(saved); break;
            case StoreChange.EventRecorded recorded: Record(recorded); break;
            case StoreChange.EarlierResultsFound found:
                foreach (var earlier in found.Results) Save(Number(found.Job), earlier);
                break;
            case StoreChange.EarlierResultsUsed used: Execute(_forgetEarlier, Number(used.Job)); break;
            case StoreChange.ItemsFound found:
                for (var i = 0; i < found.RelativePaths.Count; i++) Execute(_addItem, Number(found.Job), found.First + i, found.RelativePaths[i]);
                break;
            case StoreChange.UnitSaved saved: Save(saved.Job, saved.Unit); break;
            case StoreChange.UnitClosed closed: Execute(_closeUnit, Number(closed.Job), closed.Unit); break;
            case StoreChange.ItemSettled settled: Settle(settled); break;
            case StoreChange.FailedReopened reopened: Execute(_reopen, Number(reopened.Job), reopened.Quarantined ? JobTables.Quarantined : JobTables.Failed); break;
            case StoreChange.DetailsForgotten forgotten: Forget(forgotten); break;
            default: throw new ArgumentException($"unknown change {change.GetType()}", nameof(change));
        }
    }

    private void Save(StoreChange.JobSaved saved)
    {
        var (state, origin) = (saved.State, saved.State.Origin);
        Execute(
            _saveJob, origin.Job.Value, origin.Client.Value, origin.Key, origin.Specification.InputRoot, origin.Specification.OutputRoot, (int)state.Priority, (int)state.Phase, origin.At.UtcTicks,
            state.End?.At.UtcTicks, StoredForms.OfState(state), saved.JournalSequence);
    }

    private void Save(StoreChange.ProgressSaved saved)
    {
        var (progress, counts) = (saved.Progress, saved.Progress.Counts);
        Execute(
            _saveProgress, progress.Items, progress.PassedOver, progress.Cursor, progress.NextUnit, counts.Done, counts.AlreadyDone, counts.AlreadyColour, counts.Failed, counts.Quarantined, progress.LastSequence,
            Number(saved.Job));
    }

    private void Save(long job, EarlierResult earlier)
    {
        if (earlier.Result is { } result) Execute(_addEarlier, job, earlier.RelativePath, ItemColumns.Hash(result.SourceSha256), result.OutputBytes);
        else Execute(_dropEarlier, job, earlier.RelativePath);
    }

    private void Record(StoreChange.EventRecorded recorded)
    {
        var message = MessageBytes.Of(recorded.Event);
        Execute(_addEvent, Number(recorded.Job), recorded.Sequence, recorded.At.UtcTicks, null, message.Manifest, message.Bytes.ToArray());
    }

    private void Save(JobId job, StoredUnit unit) => Execute(
        _saveUnit, Number(job), unit.Number, unit.Epoch, unit.Holder?.Device, unit.Holder?.Incarnation, StoredForms.OfNumbers(unit.Items), unit.IsAlone ? 1 : 0, unit.Attempt, unit.Deaths, unit.Lapses);

    private void Settle(StoreChange.ItemSettled settled)
    {
        var job = Number(settled.Job);
        Execute(_settleItem, [.. ItemColumns.Of(settled.Outcome), settled.At.UtcTicks, settled.Attempts, job, settled.Item.Number]);

        // What can be taken up again must be told of as it was; anything else is in the picture's own row for good.
        var kept = settled.Outcome is ItemOutcome.Failed or ItemOutcome.Quarantined
            ? MessageBytes.Of(new JobEvents.ItemSettled(settled.Job, settled.Item.Number, settled.Item.RelativePath, settled.Outcome))
            : (MessageBytes?)null;
        Execute(_addEvent, job, settled.Sequence, settled.At.UtcTicks, settled.Item.Number, kept?.Manifest, kept?.Bytes.ToArray());
    }

    private void Forget(StoreChange.DetailsForgotten forgotten)
    {
        var job = Number(forgotten.Job);
        var left = _forgetItems.Execute(_transaction, job, forgotten.AtMost) + _forgetEvents.Execute(_transaction, job, forgotten.AtMost);
        if (left == 0) Execute(_forgotten, job);
    }

    private long Number(JobId job)
    {
        if (_numbers.TryGetValue(job, out var known)) return known;
        var number = Convert.ToInt64(_numberOf.ScalarIn(_transaction, job.Value) ?? throw new JobStoreException(JobStoreFault.Broken, $"the job database has no job {job}"));
        _numbers.Add(job, number);
        return number;
    }

    private void Execute(PreparedStatement statement, params ReadOnlySpan<object?> values) => statement.Execute(_transaction, values);

    private PreparedStatement Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var statement = new PreparedStatement(_connection, sql, parameters);
        _statements.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
    }
}
