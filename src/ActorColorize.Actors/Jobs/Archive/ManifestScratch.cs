using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using Microsoft.Data.Sqlite;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// The lines of a manifest by path while it is finalized: the newest of each path, in order. A million lines should not be held in memory,
/// so they are in a temporary file that is deleted on disposal.
/// </summary>
internal sealed class ManifestScratch : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly PreparedStatement _put;
    private SqliteTransaction? _transaction;

    /// <param name="folder">Folder of the temporary file.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
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
            """
            INSERT INTO line (path, output_bytes, text) VALUES (@path, @output_bytes, @text)
            ON CONFLICT (path) DO UPDATE SET output_bytes = excluded.output_bytes, text = excluded.text
            """,
            StatementParameter.Text("path"),
            StatementParameter.Number("output_bytes"),
            StatementParameter.Text("text")
        );
        _transaction = _connection.BeginTransaction();
    }

    /// <summary>Adds a line; it replaces an earlier one of the same path.</summary>
    /// <exception cref="IOException">No space left.</exception>
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

    /// <summary>All lines, ordered by the bytes of their paths, with the length of the recorded result, if any.</summary>
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
