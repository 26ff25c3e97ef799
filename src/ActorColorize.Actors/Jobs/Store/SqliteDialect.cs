using System.Data.Common;
using ActorColorize.Data.Storage;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>Jobs in a SQLite file, for a single machine without a database server.</summary>
/// <param name="path">The file; its folder must exist.</param>
public sealed class SqliteDialect(string path) : SqlDialect
{
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    /// <inheritdoc/>
    public override string Text => "TEXT";

    /// <inheritdoc/>
    public override string Bytes => "BLOB";

    /// <inheritdoc/>
    public override string OrderedByKey => "WITHOUT ROWID";

    /// <inheritdoc/>
    public override string LockTables => ""; // SQLite allows one writer at a time

    /// <inheritdoc/>
    public override string OtherTables => ""; // the journal has files of its own

    /// <inheritdoc/>
    public override string By(string index) => $"INDEXED BY {index}";

    /// <inheritdoc/>
    public override DbConnection Open()
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Pooling = false,
                DefaultTimeout = 30,
            }.ToString()
        );
        try
        {
            connection.Open();
            using var setUp = connection.CreateCommand();

            // Write-ahead log: readers and the writer do not block each other. FULL: a commit is on disk when it returns and survives a
            // power cut.
            setUp.CommandText =
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;";
            setUp.ExecuteNonQuery();
            return connection;
        }
        catch (SqliteException fault)
        {
            connection.Dispose();
            throw Explain(fault)!;
        }
    }

    /// <inheritdoc/>
    public override JobStoreException? Explain(Exception fault)
    {
        if (fault is not SqliteException { SqliteErrorCode: var code })
            return null;
        var passing = code is Permission or Busy or Locked or ReadOnly or InputOutput or Full or CannotOpen;
        var reason = code == Full ? StorageFault.NoSpace : fault.Message;
        return new JobStoreException(
            passing ? JobStoreFault.Passing : JobStoreFault.Broken,
            $"Cannot {(passing ? "write" : "use")} the job database {path}: {reason}",
            fault
        );
    }

    /// <inheritdoc/>
    public override string CountTables(string name) => $"SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '{name}'";
}
