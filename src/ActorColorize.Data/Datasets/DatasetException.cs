namespace ActorColorize.Data.Datasets;

/// <summary>A data set cannot be used as it stands. The message is one line for people: what is wrong, where, and what to do.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Makes the exception.</summary>
    public DatasetException(string message)
        : base(message) { }

    /// <summary>Makes the exception for a fault of the file system.</summary>
    public DatasetException(string message, Exception inner)
        : base(message, inner) { }
}
