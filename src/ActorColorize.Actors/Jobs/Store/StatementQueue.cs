using System.Data.Common;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// The statements of a transaction on their way to the database: many in one round trip where its driver can do that, which over a network
/// is most of their cost; else each at once. They are carried out in their order.
/// </summary>
internal sealed class StatementQueue(DbConnection connection, DbTransaction transaction) : IDisposable
{
    private const int MostAtOnce = 512;

    private DbBatch? _batch;

    /// <summary>Adds a statement whose result nobody waits for.</summary>
    internal void Add(PreparedStatement statement, params ReadOnlySpan<object?> values)
    {
        if (!connection.CanCreateBatch)
        {
            statement.Execute(transaction, values);
            return;
        }

        if (_batch is null)
        {
            _batch = connection.CreateBatch();
            _batch.Transaction = transaction;
        }

        statement.AddTo(_batch, values);
        if (_batch.BatchCommands.Count >= MostAtOnce)
            Flush();
    }

    /// <summary>Executes a statement after all that were added.</summary>
    /// <returns>The number of rows that it changed.</returns>
    internal int Execute(PreparedStatement statement, params ReadOnlySpan<object?> values)
    {
        Flush();
        return statement.Execute(transaction, values);
    }

    /// <summary>The one value of a query that sees all that was added.</summary>
    internal object? Scalar(PreparedStatement statement, params ReadOnlySpan<object?> values)
    {
        Flush();
        return statement.ScalarIn(transaction, values);
    }

    /// <summary>Waits until all that was added is carried out.</summary>
    internal void Flush()
    {
        if (_batch is null)
            return;
        using var batch = _batch;
        _batch = null;
        batch.ExecuteNonQuery();
    }

    public void Dispose() => _batch?.Dispose();
}
