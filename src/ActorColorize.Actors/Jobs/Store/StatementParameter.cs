using System.Data;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// A parameter of a statement, with its type: a database that prepares statements needs the type before there is a value, and null has
/// none.
/// </summary>
/// <param name="Name">Its name, without the @.</param>
/// <param name="Type">Its type.</param>
internal readonly record struct StatementParameter(string Name, DbType Type)
{
    /// <summary>A whole number.</summary>
    internal static StatementParameter Number(string name) => new(name, DbType.Int64);

    /// <summary>A number with a fraction.</summary>
    internal static StatementParameter Real(string name) => new(name, DbType.Double);

    /// <summary>Text.</summary>
    internal static StatementParameter Text(string name) => new(name, DbType.String);

    /// <summary>Bytes.</summary>
    internal static StatementParameter Bytes(string name) => new(name, DbType.Binary);
}
