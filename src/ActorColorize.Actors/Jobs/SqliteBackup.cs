using ActorColorize.Actors.Jobs.Store;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Copies the SQLite files of a daemon as they were at one instant, while the daemon may be writing to them. Journal and store are two
/// files, and the copies must fit together: for a moment both are locked against writing, and a reading transaction is begun in each. Then
/// the daemon continues, and each copy is that of its transaction. The result is what a kill at that instant would have left, which the
/// daemon recovers from.
/// </summary>
public static class SqliteBackup
{
    private const int SecondsUntilLocked = 30;

    /// <summary>The files of a data folder, the first two always, each with its purpose.</summary>
    private static readonly string[] Files = ["journal.db", "jobs.db", "snapshots.db"];

    /// <summary>Whether a data folder has jobs in SQLite files.</summary>
    public static bool IsIn(string dataFolder) => File.Exists(Path.Combine(dataFolder, "jobs.db"));

    /// <summary>Copies the files.</summary>
    /// <param name="dataFolder">The daemon's data folder.</param>
    /// <param name="target">Where the copies go; must exist.</param>
    /// <returns>The names of the copied files.</returns>
    /// <exception cref="JobStoreException">A file cannot be read, or stays locked.</exception>
    public static IReadOnlyList<string> Copy(string dataFolder, string target)
    {
        var names = Files.Where(name => File.Exists(Path.Combine(dataFolder, name))).ToList();
        var readers = new List<SqliteConnection>();
        var current = "";
        try
        {
            var locks = new List<SqliteConnection>();
            try
            {
                foreach (var name in names)
                {
                    current = name;
                    locks.Add(Open(Path.Combine(dataFolder, name), SqliteOpenMode.ReadWrite));
                    Execute(locks[^1], "BEGIN IMMEDIATE");
                }

                foreach (var name in names)
                {
                    current = name;
                    readers.Add(Open(Path.Combine(dataFolder, name), SqliteOpenMode.ReadWrite));
                    Execute(readers[^1], "BEGIN");
                    Execute(readers[^1], "SELECT COUNT(*) FROM sqlite_master"); // a transaction reads from its first statement on
                }
            }
            finally
            {
                locks.ForEach(static connection => connection.Dispose()); // rolls back: nothing was written
            }

            foreach (var (name, reader) in names.Zip(readers))
            {
                current = name;
                using var copy = Open(Path.Combine(target, name), SqliteOpenMode.ReadWriteCreate);
                reader.BackupDatabase(copy);
                Execute(copy, "PRAGMA journal_mode = DELETE"); // one file each
            }

            return names;
        }
        catch (SqliteException fault)
        {
            throw new JobStoreException(JobStoreFault.Passing, $"cannot copy {Path.Combine(dataFolder, current)}: {fault.Message}", fault);
        }
        finally
        {
            readers.ForEach(static connection => connection.Dispose());
        }
    }

    /// <summary>Whether a copy is a sound SQLite file.</summary>
    public static bool IsSound(string path)
    {
        try
        {
            using var connection = Open(path, SqliteOpenMode.ReadOnly);
            using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            return check.ExecuteScalar() as string == "ok";
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    /// <summary>Opens a file without a pool, so that it is closed when the connection is disposed.</summary>
    internal static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
                DefaultTimeout = SecondsUntilLocked,
            }.ToString()
        );
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
