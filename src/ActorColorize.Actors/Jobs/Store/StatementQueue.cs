using System.Data.Common;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// Queues the statements of a transaction: many are sent in one round trip if the driver supports batches, since over a network round trips
/// are most of the cost; otherwise each is executed immediately. They are executed in order.
/// </summary>
internal sealed class StatementQueue(DbConnection connection, DbTransaction transaction) : IDisposable
{
    private const int MostAtOnce = 512;

    private DbBatch? _batch;

    /// <summary>Adds a statement whose result is not needed.</summary>
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

    /// <summary>Executes a statement after all queued ones.</summary>
    /// <returns>The number of rows that it changed.</returns>
    internal int Execute(PreparedStatement statement, params ReadOnlySpan<object?> values)
    {
        Flush();
        return statement.Execute(transaction, values);
    }

    /// <summary>The single value of a query that sees the effects of all queued statements.</summary>
    internal object? Scalar(PreparedStatement statement, params ReadOnlySpan<object?> values)
    {
        Flush();
        return statement.ScalarIn(transaction, values);
    }

    /// <summary>Executes all queued statements.</summary>
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
