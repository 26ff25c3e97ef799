using System.Data.Common;
using System.Text;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using static ActorColorize.Actors.Jobs.Store.StatementParameter;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Writes <see cref="StoreChange"/>s into the tables.</summary>
internal sealed class SqlChanges : IDisposable
{
    private readonly DbConnection _connection;
    private readonly List<PreparedStatement> _statements = [];
    private readonly Dictionary<JobId, long> _numbers = [];
    private readonly PreparedStatement _begin;
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
    private readonly PreparedStatement _review;
    private readonly PreparedStatement _forgetItems;
    private readonly PreparedStatement _forgetEvents;
    private readonly PreparedStatement _forgotten;
    private readonly PreparedStatement _forgetUnits;
    private readonly PreparedStatement _forgetPassing;
    private readonly PreparedStatement _deleteItems;
    private readonly PreparedStatement _deleteEvents;
    private readonly PreparedStatement _deleteJob;
    private StatementQueue _queue = null!;

    internal SqlChanges(DbConnection connection, SqlDialect dialect)
    {
        _connection = connection;
        _begin = Prepare(
            "UPDATE leadership SET last_commit = @number WHERE term = @term AND last_commit < @number",
            Number("number"),
            Number("term")
        );
        _term = Prepare("SELECT term FROM leadership");
        _numberOf = Prepare("SELECT number FROM job WHERE id = @id", Text("id"));
        _saveJob = Prepare(
            """
            INSERT INTO job (number, id, client, client_key, input_root, output_root, priority, phase, submitted_at, ended_at, state,
              journal_sequence, items, passed_over, taken_up_to, next_unit, done, already_done, already_colour, failed, quarantined,
              last_sequence, has_details)
            VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM job), @id, @client, @client_key, @input_root, @output_root, @priority,
              @phase, @submitted_at, @ended_at, @state, @journal_sequence,
              0, 0, -1, 0, 0, 0, 0, 0, 0, 0, @has_details)
            ON CONFLICT (id) DO UPDATE SET priority = excluded.priority, phase = excluded.phase, ended_at = excluded.ended_at,
              state = excluded.state, journal_sequence = excluded.journal_sequence
            """,
            Text("id"),
            Text("client"),
            Text("client_key"),
            Text("input_root"),
            Text("output_root"),
            Number("priority"),
            Number("phase"),
            Number("submitted_at"),
            Number("ended_at"),
            Bytes("state"),
            Number("journal_sequence"),
            Number("has_details")
        );
        _saveProgress = Prepare(
            """
            UPDATE job SET items = @items, passed_over = @passed_over, taken_up_to = @taken_up_to, next_unit = @next_unit,
              done = @done, already_done = @already_done, already_colour = @already_colour, failed = @failed,
              quarantined = @quarantined, last_sequence = @last_sequence, salvaged = @salvaged, doubtful = @doubtful, toned = @toned,
              black_and_white = @black_and_white
            WHERE number = @job
            """,
            Number("items"),
            Number("passed_over"),
            Number("taken_up_to"),
            Number("next_unit"),
            Number("done"),
            Number("already_done"),
            Number("already_colour"),
            Number("failed"),
            Number("quarantined"),
            Number("last_sequence"),
            Number("salvaged"),
            Number("doubtful"),
            Number("toned"),
            Number("black_and_white"),
            Number("job")
        );
        _addEvent = Prepare(
            "INSERT INTO event (job, sequence, at, item, manifest, body) VALUES (@job, @sequence, @at, @item, @manifest, @body)",
            Number("job"),
            Number("sequence"),
            Number("at"),
            Number("item"),
            Text("manifest"),
            Bytes("body")
        );
        _addEarlier = Prepare(
            """
            INSERT INTO earlier (job, path, source_sha, output_bytes) VALUES (@job, @path, @source_sha, @output_bytes)
            ON CONFLICT (job, path) DO UPDATE SET source_sha = excluded.source_sha, output_bytes = excluded.output_bytes
            """,
            Number("job"),
            Text("path"),
            Bytes("source_sha"),
            Number("output_bytes")
        );
        _dropEarlier = Prepare("DELETE FROM earlier WHERE job = @job AND path = @path", Number("job"), Text("path"));
        _forgetEarlier = Prepare("DELETE FROM earlier WHERE job = @job", Number("job"));
        _addItem = Prepare(
            $"""
            INSERT INTO item (job, number, path, state, recorded_sha, recorded_bytes, attempts)
            SELECT @job, @number, @path, {JobTables.Pending}, earlier.source_sha, earlier.output_bytes, 0
            FROM (SELECT 1 AS one) AS single LEFT JOIN earlier ON earlier.job = @job AND earlier.path = @path
            """,
            Number("job"),
            Number("number"),
            Text("path")
        );
        _saveUnit = Prepare(
            """
            INSERT INTO unit (job, number, epoch, device, incarnation, items, is_alone, attempt, deaths, lapses)
            VALUES (@job, @number, @epoch, @device, @incarnation, @items, @is_alone, @attempt, @deaths, @lapses)
            ON CONFLICT (job, number) DO UPDATE SET epoch = excluded.epoch, device = excluded.device, incarnation = excluded.incarnation,
              items = excluded.items, attempt = excluded.attempt, deaths = excluded.deaths, lapses = excluded.lapses
            """,
            Number("job"),
            Number("number"),
            Number("epoch"),
            Text("device"),
            Text("incarnation"),
            Bytes("items"),
            Number("is_alone"),
            Number("attempt"),
            Number("deaths"),
            Number("lapses")
        );
        _closeUnit = Prepare("DELETE FROM unit WHERE job = @job AND number = @number", Number("job"), Number("number"));
        _settleItem = Prepare(
            $"""
            UPDATE item SET state = @state, source_sha = @source_sha, output_sha = @output_sha, output_bytes = @output_bytes,
              width = @width, height = @height, chroma = @chroma, kind = @kind, reason = @reason, remarks = @remarks,
              settled_at = @settled_at, attempts = attempts + @attempts, review = {JobTables.Unreviewed}
            WHERE job = @job AND number = @number
            """,
            Number("state"),
            Bytes("source_sha"),
            Bytes("output_sha"),
            Number("output_bytes"),
            Number("width"),
            Number("height"),
            Real("chroma"),
            Number("kind"),
            Text("reason"),
            Text("remarks"),
            Number("settled_at"),
            Number("attempts"),
            Number("job"),
            Number("number")
        );
        _reopen = Prepare(
            $"""
            UPDATE item {dialect.By(JobTables.ErrorIndex)} SET state = {JobTables.Pending}, kind = NULL, reason = NULL, settled_at = NULL
            WHERE job = @job AND state >= {JobTables.Failed} AND state <= @up_to
            """,
            Number("job"),
            Number("up_to")
        );
        _review = Prepare(
            $"UPDATE item SET review = @review WHERE job = @job AND number = @number AND state = {JobTables.Done}",
            Number("review"),
            Number("job"),
            Number("number")
        );
        _forgetItems = Prepare(
            "DELETE FROM item WHERE job = @job AND number IN (SELECT number FROM item WHERE job = @job ORDER BY number LIMIT @at_most)",
            Number("job"),
            Number("at_most")
        );
        _forgetEvents = Prepare(
            """
            DELETE FROM event
            WHERE job = @job AND sequence IN (SELECT sequence FROM event WHERE job = @job ORDER BY sequence LIMIT @at_most)
            """,
            Number("job"),
            Number("at_most")
        );
        _forgotten = Prepare(
            $"UPDATE job SET has_details = {JobTables.WithoutDetails} WHERE number = @job AND has_details = {JobTables.WithDetails}",
            Number("job")
        );
        _deleteItems = Prepare("DELETE FROM item WHERE job = @job", Number("job"));
        _deleteEvents = Prepare("DELETE FROM event WHERE job = @job", Number("job"));
        _deleteJob = Prepare("DELETE FROM job WHERE number = @job AND ended_at IS NOT NULL", Number("job"));
        _forgetUnits = Prepare("DELETE FROM unit WHERE job = @job", Number("job"));
        _forgetPassing = Prepare($"DELETE FROM job WHERE number = @job AND has_details = {JobTables.Passing}", Number("job"));
    }

    /// <summary>
    /// Commits changes. The row of the term is updated first, which locks it: until the end of the transaction no other coordinator can
    /// become the leader, and one that did before is detected. The number in the row tells a repeated commit, whose answer was lost, from a
    /// new one.
    /// </summary>
    internal void Commit(long term, long number, IReadOnlyList<StoreChange> changes)
    {
        using var transaction = _connection.BeginTransaction();
        using var queue = new StatementQueue(_connection, transaction);
        _queue = queue;
        try
        {
            if (queue.Execute(_begin, number, term) == 0)
            {
                if (Convert.ToInt64(queue.Scalar(_term)) != term)
                    throw new JobStoreException(JobStoreFault.Fenced, "another coordinator has taken over the jobs");
                return; // already committed
            }

            foreach (var change in changes)
                Apply(change);
            queue.Flush();
            transaction.Commit();
        }
        catch
        {
            _numbers.Clear(); // it may have numbers of jobs that were not added
            throw;
        }
    }

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.JobSaved saved:
                Save(saved);
                break;
            case StoreChange.ProgressSaved saved:
                Save(saved);
                break;
            case StoreChange.EventRecorded recorded:
                Record(recorded);
                break;
            case StoreChange.EarlierResultsFound found:
                foreach (var earlier in found.Results)
                    Save(NumberOf(found.Job), earlier);
                break;
            case StoreChange.EarlierResultsUsed used:
                Execute(_forgetEarlier, NumberOf(used.Job));
                break;
            case StoreChange.ItemsFound found:
                for (var i = 0; i < found.RelativePaths.Count; i++)
                    Execute(_addItem, NumberOf(found.Job), found.First + i, found.RelativePaths[i]);
                break;
            case StoreChange.UnitSaved saved:
                Save(saved.Job, saved.Unit);
                break;
            case StoreChange.UnitClosed closed:
                Execute(_closeUnit, NumberOf(closed.Job), closed.Unit);
                break;
            case StoreChange.ItemSettled settled:
                Settle(settled);
                break;
            case StoreChange.FailedReopened reopened:
                Execute(_reopen, NumberOf(reopened.Job), reopened.Quarantined ? JobTables.Quarantined : JobTables.Failed);
                break;
            case StoreChange.ItemsReviewed reviewed:
                Review(reviewed);
                break;
            case StoreChange.JobDeleted deleted:
                Delete(deleted.Job);
                break;
            case StoreChange.DetailsForgotten forgotten:
                Forget(forgotten);
                break;
            default:
                throw new ArgumentException($"unknown change {change.GetType()}", nameof(change));
        }
    }

    private void Save(StoreChange.JobSaved saved)
    {
        var (state, origin) = (saved.State, saved.State.Origin);
        Execute(
            _saveJob,
            origin.Job.Value,
            origin.Client.Value,
            origin.Key,
            origin.Specification.InputRoot,
            origin.Specification.OutputRoot,
            (int)state.Priority,
            (int)state.Phase,
            origin.At.UtcTicks,
            state.End?.At.UtcTicks,
            StoredForms.OfState(state),
            saved.JournalSequence,
            state.IsPassing ? JobTables.Passing : JobTables.WithDetails
        );
    }

    private void Save(StoreChange.ProgressSaved saved)
    {
        var (progress, counts) = (saved.Progress, saved.Progress.Counts);
        Execute(
            _saveProgress,
            progress.Items,
            progress.PassedOver,
            progress.Cursor,
            progress.NextUnit,
            counts.Done,
            counts.AlreadyDone,
            counts.AlreadyColour,
            counts.Failed,
            counts.Quarantined,
            progress.LastSequence,
            counts.Salvaged,
            counts.Doubtful,
            counts.Toned,
            counts.BlackAndWhite,
            NumberOf(saved.Job)
        );
    }

    private void Save(long job, EarlierResult earlier)
    {
        const int longestKey = 2000; // bytes that the index of every database accepts; a picture with a longer path is processed again
        if (earlier.Result is { } result && Encoding.UTF8.GetByteCount(earlier.RelativePath) <= longestKey)
            Execute(_addEarlier, job, earlier.RelativePath, ItemColumns.Hash(result.SourceSha256), result.OutputBytes);
        else
            Execute(_dropEarlier, job, earlier.RelativePath);
    }

    private void Record(StoreChange.EventRecorded recorded)
    {
        var message = MessageBytes.Of(recorded.Event);
        Execute(
            _addEvent,
            NumberOf(recorded.Job),
            recorded.Sequence,
            recorded.At.UtcTicks,
            null,
            message.Manifest,
            message.Bytes.ToArray()
        );
    }

    private void Save(JobId job, StoredUnit unit) =>
        Execute(
            _saveUnit,
            NumberOf(job),
            unit.Number,
            unit.Epoch,
            unit.Holder?.Device,
            unit.Holder?.Incarnation,
            StoredForms.OfNumbers(unit.Items),
            unit.IsAlone ? 1 : 0,
            unit.Attempt,
            unit.Deaths,
            unit.Lapses
        );

    private void Settle(StoreChange.ItemSettled settled)
    {
        var job = NumberOf(settled.Job);
        Execute(_settleItem, [.. ItemColumns.Of(settled.Outcome), settled.At.UtcTicks, settled.Attempts, job, settled.Item.Number]);

        // An outcome that can be retried needs its own event; any other stays in the picture's row.
        var kept = settled.Outcome is ItemOutcome.Failed or ItemOutcome.Quarantined
            ? MessageBytes.Of(new JobEvents.ItemSettled(settled.Job, settled.Item.Number, settled.Item.RelativePath, settled.Outcome))
            : (MessageBytes?)null;
        Execute(_addEvent, job, settled.Sequence, settled.At.UtcTicks, settled.Item.Number, kept?.Manifest, kept?.Bytes.ToArray());
    }

    private void Review(StoreChange.ItemsReviewed reviewed)
    {
        if (FindNumber(reviewed.Job) is not { } job)
            return; // deleted in the meantime
        foreach (var item in reviewed.Items)
            Execute(_review, (int)reviewed.Decision, job, item);
    }

    private void Forget(StoreChange.DetailsForgotten forgotten)
    {
        var left = forgotten.AtMost;
        foreach (var id in forgotten.Jobs)
        {
            if (FindNumber(id) is not { } job)
                continue; // deleted in the meantime
            int rows;
            do left -= rows = _queue.Execute(_forgetItems, job, left) + _queue.Execute(_forgetEvents, job, left);
            while (rows > 0 && left > 0);
            if (left <= 0)
                return;
            Execute(_forgotten, job);
            Execute(_forgetUnits, job);
            Execute(_forgetEarlier, job);
            Execute(_forgetPassing, job);
            _numbers.Remove(id);
        }
    }

    /// <summary>Deletes a job in one transaction, so that a crash leaves either all or nothing of it.</summary>
    private void Delete(JobId id)
    {
        if (FindNumber(id) is not { } job)
            return; // deleted before
        foreach (var statement in new[] { _deleteItems, _deleteEvents, _forgetUnits, _forgetEarlier, _deleteJob })
            Execute(statement, job);
        _numbers.Remove(id);
    }

    private long NumberOf(JobId job) =>
        FindNumber(job) ?? throw new JobStoreException(JobStoreFault.Broken, $"the job database has no job {job}");

    private long? FindNumber(JobId job)
    {
        if (_numbers.TryGetValue(job, out var known))
            return known;
        if (_queue.Scalar(_numberOf, job.Value) is not { } found)
            return null;
        var number = Convert.ToInt64(found);
        _numbers.Add(job, number);
        return number;
    }

    private void Execute(PreparedStatement statement, params ReadOnlySpan<object?> values) => _queue.Add(statement, values);

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
