using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Training;

/// <summary>
/// The supervisor's journal as SQLite files in a folder: events and snapshots in files of their own, since two writers of one file would
/// block each other, both with a write-ahead log.
/// </summary>
public static class RunJournal
{
    private const string EventsFile = "events.sqlite";
    private const string SnapshotsFile = "snapshots.sqlite";

    /// <summary>
    /// Creates the folder and its files, or checks existing ones. A damaged journal is set aside and a new one begun: a run's weights and
    /// adjustments do not depend on it.
    /// </summary>
    /// <param name="folder">The journal's folder.</param>
    /// <param name="onSetAside">Called with one line about a journal that could not be used.</param>
    /// <returns>The configuration of Akka.Persistence, as HOCON.</returns>
    /// <exception cref="RunFolderException">The folder cannot be written to.</exception>
    public static string Prepare(string folder, Action<string> onSetAside)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(onSetAside);
        try
        {
            if (TryOpen(folder) is { } damage)
            {
                var aside = SetAside(folder);
                onSetAside(
                    $"the journal in {folder} is damaged ({damage}) and was set aside as {Path.GetFileName(aside)}; "
                        + "the run continues from its newest checkpoint"
                );
                if (TryOpen(folder) is { } again)
                    throw new RunFolderException($"{folder} cannot hold a journal: {again}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunFolderException($"{folder} cannot hold a journal: {e.Message}", e);
        }

        return AkkaHocon.SqliteJournal(
            ConnectionString(folder, EventsFile, pooling: true),
            ConnectionString(folder, SnapshotsFile, pooling: true)
        );
    }

    /// <summary>Opens both files, enables their write-ahead logs and checks their integrity. Returns what is wrong, or null.</summary>
    private static string? TryOpen(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in new[] { EventsFile, SnapshotsFile })
        {
            try
            {
                using var connection = new SqliteConnection(ConnectionString(folder, file, pooling: false));
                connection.Open();
                if (Scalar(connection, "PRAGMA quick_check(1)") is var verdict and not "ok")
                    return $"{file}: {verdict}";
                Scalar(connection, "PRAGMA journal_mode = WAL");
            }
            catch (SqliteException e)
            {
                return $"{file}: {e.Message}";
            }
        }

        return null;
    }

    private static string? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }

    private static string SetAside(string folder)
    {
        for (var number = 1; ; number++)
        {
            var aside = $"{folder}.rejected-{number}";
            if (Path.Exists(aside))
                continue;
            Directory.Move(folder, aside);
            return aside;
        }
    }

    private static string ConnectionString(string folder, string file, bool pooling) =>
        new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, file), Pooling = pooling }.ToString();
}
