using System.Runtime.Serialization;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Changes the absolute paths in a daemon's SQLite files after folders have moved: those of jobs (archive, output, model), of runs (data,
/// run folder, configuration, checkpoint, weights) and of named models. Paths elsewhere and the texts of events stay as they are. The files
/// must not be in use.
/// </summary>
public sealed class SqlitePaths
{
    private const int JobsAtATime = 500;

    private readonly (string From, string To)[] _moved;

    /// <param name="moved">The folders, each with its old and its new path; absolute. The first that a path is in counts.</param>
    public SqlitePaths(IEnumerable<(string From, string To)> moved) =>
        _moved = [
            .. moved
                .Select(static folder => (Path.TrimEndingDirectorySeparator(folder.From), Path.TrimEndingDirectorySeparator(folder.To)))
                .Where(static folder => folder.Item1 != folder.Item2),
        ];

    /// <summary>The path after the move.</summary>
    public string Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        foreach (var (from, to) in _moved)
        {
            if (path == from)
                return to;
            if (path.StartsWith(from, StringComparison.Ordinal) && Path.EndsInDirectorySeparator(path[..(from.Length + 1)]))
                return to + path[from.Length..];
        }

        return path;
    }

    /// <summary>Changes the files of a folder.</summary>
    /// <param name="folder">The folder of <c>journal.db</c> and <c>jobs.db</c>; a missing file is passed over.</param>
    /// <exception cref="JobStoreException">A file cannot be changed, or holds something that this program does not know.</exception>
    public void Change(string folder)
    {
        if (_moved.Length == 0)
            return;
        foreach (var (name, change) in new[] { ("journal.db", (Action<SqliteConnection>)Journal), ("jobs.db", Store) })
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                continue;
            try
            {
                using var connection = SqliteBackup.Open(path, SqliteOpenMode.ReadWrite);
                using var transaction = connection.BeginTransaction();
                change(connection);
                transaction.Commit();
            }
            catch (Exception fault) when (fault is SqliteException or SerializationException or EndOfStreamException)
            {
                throw new JobStoreException(JobStoreFault.Broken, $"the paths in {path} cannot be changed: {fault.Message}", fault);
            }
        }
    }

    private void Journal(SqliteConnection connection)
    {
        var changes = new List<(long Ordering, byte[] Message)>();
        using (
            var all = Command(
                connection,
                "SELECT ordering, manifest, message FROM journal WHERE identifier = $id",
                ("$id", ProtocolSerializer.Id)
            )
        )
        using (var rows = all.ExecuteReader())
        {
            while (rows.Read())
            {
                if (Changed(new MessageBytes(rows.GetString(1), rows.GetFieldValue<byte[]>(2))) is { } message)
                    changes.Add((rows.GetInt64(0), message));
            }
        }

        foreach (var (ordering, message) in changes)
            Execute(connection, "UPDATE journal SET message = $message WHERE ordering = $at", ("$message", message), ("$at", ordering));
    }

    private void Store(SqliteConnection connection)
    {
        for (var (after, found) = (-1L, JobsAtATime); found == JobsAtATime; )
        {
            var jobs = new List<(long Number, JobState State)>();
            using (
                var some = Command(
                    connection,
                    "SELECT number, state FROM job WHERE number > $after ORDER BY number LIMIT $most",
                    ("$after", after),
                    ("$most", JobsAtATime)
                )
            )
            using (var rows = some.ExecuteReader())
            {
                while (rows.Read())
                    jobs.Add((rows.GetInt64(0), StoredForms.ToState(rows.GetFieldValue<byte[]>(1))));
            }

            foreach (var (number, state) in jobs)
            {
                var moved = JobState.From([.. state.ToFacts().Select(fact => (JobEvents.IJobFact)Of(fact))]);
                if (moved.Specification == state.Specification)
                    continue;
                Execute(
                    connection,
                    "UPDATE job SET state = $state, input_root = $input, output_root = $output WHERE number = $number",
                    ("$state", StoredForms.OfState(moved)),
                    ("$input", StoredForms.OfText(moved.Specification.InputRoot)),
                    ("$output", StoredForms.OfText(moved.Specification.OutputRoot)),
                    ("$number", number)
                );
            }

            found = jobs.Count;
            after = jobs is [.., var last] ? last.Number : after;
        }

        var changes = new List<(long Job, long Sequence, byte[] Body)>();
        using (var all = Command(connection, "SELECT job, sequence, manifest, body FROM event WHERE item IS NULL AND body IS NOT NULL"))
        using (var rows = all.ExecuteReader())
        {
            while (rows.Read())
            {
                if (Changed(new MessageBytes(rows.GetString(2), rows.GetFieldValue<byte[]>(3))) is { } body)
                    changes.Add((rows.GetInt64(0), rows.GetInt64(1), body));
            }
        }

        foreach (var (job, sequence, body) in changes)
            Execute(
                connection,
                "UPDATE event SET body = $body WHERE job = $job AND sequence = $sequence",
                ("$body", body),
                ("$job", job),
                ("$sequence", sequence)
            );
    }

    /// <summary>The bytes of a stored message after the move; null if it is of a kind without paths.</summary>
    private byte[]? Changed(MessageBytes stored)
    {
        var message = stored.ToMessage();
        var moved = Of(message);
        return ReferenceEquals(moved, message) ? null : MessageBytes.Of(moved).Bytes.ToArray();
    }

    private object Of(object message) =>
        message switch
        {
            JobEvents.Submitted job => job with { Specification = Of(job.Specification) },
            TrainingEvents.Submitted run => run with { Request = Of(run.Request) },
            TrainingEvents.Promoted promoted => promoted with { Model = promoted.Model with { File = Of(promoted.Model.File) } },
            TrainingEvents.TrainingCompacted all => new TrainingEvents.TrainingCompacted([
                .. all.Facts.Select(fact => (TrainingEvents.IFact)Of((object)fact)),
            ]),
            RunHistoryEvents.Started started => started with { RunFolder = Of(started.RunFolder) },
            RunHistoryEvents.RunHistoryCompacted all => new RunHistoryEvents.RunHistoryCompacted([
                .. all.Facts.Select(fact => (RunHistoryEvents.IFact)Of((object)fact)),
            ]),
            _ => message,
        };

    private JobSpecification Of(JobSpecification job) =>
        job with
        {
            InputRoot = Of(job.InputRoot),
            OutputRoot = Of(job.OutputRoot),
            ModelPath = Of(job.ModelPath),
        };

    private TrainingRequest Of(TrainingRequest request) =>
        request with
        {
            Data = Of(request.Data),
            MoreData = [.. request.MoreData.Select(Of)],
            RunFolder = Of(request.RunFolder),
            Configuration = OfOptional(request.Configuration),
            Checkpoint = OfOptional(request.Checkpoint),
            InitialWeights = OfOptional(request.InitialWeights),
        };

    private string? OfOptional(string? path) => path is null ? null : Of(path);

    private static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static void Execute(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(connection, sql, values);
        command.ExecuteNonQuery();
    }
}
