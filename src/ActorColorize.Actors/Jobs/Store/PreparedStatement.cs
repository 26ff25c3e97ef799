using System.Data.Common;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>A statement that is executed repeatedly with different values, given in the order of its parameters.</summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly DbCommand _command;

    /// <param name="connection">The connection to execute it on.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Its parameters.</param>
    internal PreparedStatement(DbConnection connection, string sql, params ReadOnlySpan<StatementParameter> parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        foreach (var parameter in parameters)
            _command.Parameters.Add(Of(_command, parameter.Name, parameter.Type));
    }

    internal int Execute(DbTransaction? transaction, params ReadOnlySpan<object?> values)
    {
        Set(transaction, values);
        return _command.ExecuteNonQuery();
    }

    internal object? ScalarIn(DbTransaction? transaction, params ReadOnlySpan<object?> values)
    {
        Set(transaction, values);
        var value = _command.ExecuteScalar();
        return value is DBNull ? null : value;
    }

    internal DbDataReader Read(params ReadOnlySpan<object?> values)
    {
        Set(null, values);
        return _command.ExecuteReader();
    }

    /// <summary>Adds the statement with these values to a batch.</summary>
    internal void AddTo(DbBatch batch, ReadOnlySpan<object?> values)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = _command.CommandText;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = Of(_command, _command.Parameters[i].ParameterName, _command.Parameters[i].DbType);
            parameter.Value = Stored(values[i]);
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    private static DbParameter Of(DbCommand command, string name, System.Data.DbType type)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        return parameter;
    }

    private void Set(DbTransaction? transaction, ReadOnlySpan<object?> values)
    {
        _command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = Stored(values[i]);
    }

    private static object Stored(object? value) =>
        value switch
        {
            null => DBNull.Value,
            int number => (long)number,
            string text => StoredForms.OfText(text),
            _ => value,
        };

    public void Dispose() => _command.Dispose();
}
