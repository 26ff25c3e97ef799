using System.Data.Common;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>What differs between the databases that jobs can be kept in; everything else is SQL that all of them understand.</summary>
public abstract class SqlDialect
{
    /// <summary>Type of a column of text that is compared and ordered by its bytes.</summary>
    public abstract string Text { get; }

    /// <summary>Type of a column of bytes.</summary>
    public abstract string Bytes { get; }

    /// <summary>What closes the definition of a table that is kept in the order of its key.</summary>
    public abstract string OrderedByKey { get; }

    /// <summary>
    /// A statement that makes others wait who also want to make the tables, until the transaction's end; empty where none is needed.
    /// </summary>
    public abstract string LockTables { get; }

    /// <summary>Tables of the database's own, beside those of the jobs; empty for none.</summary>
    public abstract string OtherTables { get; }

    /// <summary>What follows a table's name so that this index is used, where the database would rather read the whole table.</summary>
    public abstract string By(string index);

    /// <summary>A connection, open and set up.</summary>
    /// <exception cref="JobStoreException">There is none to be had.</exception>
    public abstract DbConnection Open();

    /// <summary>What an error means; null for one that does not come from the database.</summary>
    public abstract JobStoreException? Explain(Exception fault);

    /// <summary>A query that counts the tables of a name: 1 or 0.</summary>
    public abstract string CountTables(string name);
}
