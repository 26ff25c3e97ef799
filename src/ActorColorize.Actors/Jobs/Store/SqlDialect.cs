using System.Data.Common;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>The differences between the supported databases; all other SQL works in each of them.</summary>
public abstract class SqlDialect
{
    /// <summary>Type of a column of text that is compared and ordered by its bytes.</summary>
    public abstract string Text { get; }

    /// <summary>Type of a column of bytes.</summary>
    public abstract string Bytes { get; }

    /// <summary>The end of the definition of a table that is stored in key order.</summary>
    public abstract string OrderedByKey { get; }

    /// <summary>
    /// A statement that locks out others that also create the tables until the end of the transaction; empty if none is needed.
    /// </summary>
    public abstract string LockTables { get; }

    /// <summary>Tables of the database's own, beside those of the jobs; empty for none.</summary>
    public abstract string OtherTables { get; }

    /// <summary>The clause after a table's name that makes the database use this index instead of reading the whole table.</summary>
    public abstract string By(string index);

    /// <summary>A connection, open and set up.</summary>
    /// <exception cref="JobStoreException">No connection can be opened.</exception>
    public abstract DbConnection Open();

    /// <summary>Translates an exception of the database; null for any other.</summary>
    public abstract JobStoreException? Explain(Exception fault);

    /// <summary>A query that counts the tables of a name: 1 or 0.</summary>
    public abstract string CountTables(string name);
}
