using System.Data.Common;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>A statement that is executed again and again with other values, given in the order of its parameters.</summary>
internal sealed class PreparedStatement : IDisposable
{
    private readonly DbCommand _command;

    /// <param name="connection">Where it is executed.</param>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Names of its parameters, without the sign.</param>
    internal PreparedStatement(DbConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = _command.CreateParameter();
            parameter.ParameterName = $"@{name}";
            _command.Parameters.Add(parameter);
        }
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

    private void Set(DbTransaction? transaction, ReadOnlySpan<object?> values)
    {
        _command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) _command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    public void Dispose() => _command.Dispose();
}
