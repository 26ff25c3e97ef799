using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// Lines of a manifest by their paths while its final form is made: the newest of each, in order. A million lines are more than memory
/// should hold, so they lie in a scratch file that is gone when this is closed.
/// </summary>
internal sealed class ManifestScratch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly PreparedStatement _put;
    private SqliteTransaction? _transaction;

    /// <param name="folder">Where the scratch file goes.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    internal ManifestScratch(string folder)
    {
        _path = AtomicFile.TemporaryPathFor(Path.Join(folder, "manifest-scratch"));
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;");
            Execute("CREATE TABLE line (path TEXT NOT NULL PRIMARY KEY, output_bytes BIGINT, text TEXT NOT NULL) WITHOUT ROWID");
        }
        catch (SqliteException fault)
        {
            Dispose(fault);
        }

        _put = new PreparedStatement(
            _connection,
            "INSERT INTO line (path, output_bytes, text) VALUES (@path, @output_bytes, @text) ON CONFLICT (path) DO UPDATE SET output_bytes = excluded.output_bytes, text = excluded.text",
            StatementParameter.Text("path"),
            StatementParameter.Number("output_bytes"),
            StatementParameter.Text("text")
        );
        _transaction = _connection.BeginTransaction();
    }

    /// <summary>Takes a line; it replaces an earlier one of the same path.</summary>
    /// <exception cref="IOException">There is no room.</exception>
    internal void Put(JobManifestLine line, string text)
    {
        try
        {
            _put.Execute(_transaction, line.Path, line.Status == JobManifestLine.Done ? line.OutputBytes ?? -1 : null, text);
        }
        catch (SqliteException fault)
        {
            throw new IOException($"Cannot write the scratch file {_path}: {fault.Message}", fault);
        }
    }

    /// <summary>All lines by the bytes of their paths, with the length of the result where they say that there is one.</summary>
    internal IEnumerable<(string Path, long? OutputBytes, string Text)> Lines()
    {
        _transaction?.Commit();
        _transaction?.Dispose();
        _transaction = null;
        using var select = new PreparedStatement(_connection, "SELECT path, output_bytes, text FROM line ORDER BY path");
        using var row = select.Read();
        while (row.Read())
            yield return (row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetString(2));
    }

    public void Dispose()
    {
        _put.Dispose();
        _transaction?.Dispose();
        _connection.Dispose();
        File.Delete(_path);
    }

    private void Dispose(SqliteException fault)
    {
        _connection.Dispose();
        File.Delete(_path);
        throw new IOException($"Cannot write the scratch file {_path}: {fault.Message}", fault);
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
