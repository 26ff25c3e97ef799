using System.Data.Common;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>What differs between the databases that jobs can be kept in; everything else is SQL that all of them understand.</summary>
public abstract class SqlDialect
{
    /// <summary>Type of a column of bytes.</summary>
    public abstract string Bytes { get; }

    /// <summary>What closes the definition of a table that is kept in the order of its key.</summary>
    public abstract string OrderedByKey { get; }

    /// <summary>What closes the reading of the office in a transaction, so that another coordinator cannot take it before the transaction's end.</summary>
    public abstract string LockOffice { get; }

    /// <summary>A connection, open and set up.</summary>
    /// <exception cref="JobStoreException">There is none to be had.</exception>
    public abstract DbConnection Open();

    /// <summary>What a database's error means.</summary>
    public abstract JobStoreException Explain(DbException fault);

    /// <summary>Whether an error says that a table does not exist.</summary>
    public abstract bool IsMissingTable(DbException fault);
}
