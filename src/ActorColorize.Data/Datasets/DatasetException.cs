namespace ActorColorize.Data.Datasets;

/// <summary>A dataset cannot be used as it is. The message is one line: what is wrong, where, and what to do.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Creates the exception.</summary>
    public DatasetException(string message)
        : base(message) { }

    /// <summary>Creates the exception for a file system error.</summary>
    public DatasetException(string message, Exception inner)
        : base(message, inner) { }
}
