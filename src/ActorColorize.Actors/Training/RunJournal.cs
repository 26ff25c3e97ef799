using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Training;

/// <summary>
/// The supervisor's journal as SQLite files in a folder: events and snapshots in files of their own, since two writers of one file would
/// wait for each other, both with a write-ahead log.
/// </summary>
public static class RunJournal
{
    private const string EventsFile = "events.sqlite";
    private const string SnapshotsFile = "snapshots.sqlite";

    /// <summary>
    /// Makes the folder and its files, or checks those that are there. A damaged journal is kept aside and a new one begun: a run's weights
    /// and how it trains do not depend on it.
    /// </summary>
    /// <param name="folder">Where it is, or shall be.</param>
    /// <param name="onSetAside">Told in one line of a journal that could not be used.</param>
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
                    $"the journal in {folder} is damaged ({damage}) and kept as {Path.GetFileName(aside)}; the run goes on from its newest checkpoint"
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

    /// <summary>Opens both files, switches their write-ahead logs on and has them check themselves; what is wrong, or null.</summary>
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
