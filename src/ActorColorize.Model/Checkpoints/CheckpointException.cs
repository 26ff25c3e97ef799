namespace ActorColorize.Model.Checkpoints;

/// <summary>The kind of problem with a checkpoint or a file of tensors.</summary>
public enum CheckpointProblem
{
    /// <summary>It does not fit the request: a different network or run, or not a model.</summary>
    Unfit,

    /// <summary>It does not exist.</summary>
    Missing,

    /// <summary>It is truncated, padded, altered, incomplete, or unreadable because of a disk error.</summary>
    Damaged,

    /// <summary>It is complete, but was written by a later version of the program.</summary>
    NewerFormat,

    /// <summary>Permission to read it is denied.</summary>
    Forbidden,

    /// <summary>It could not be written: full disk, no permission, disk error. Existing checkpoints are unchanged.</summary>
    Unwritable,
}

/// <summary>A checkpoint or file of tensors cannot be used or written. The message is one line: what is wrong, and in which file.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Something does not fit (<see cref="CheckpointProblem.Unfit"/>).</summary>
    public CheckpointException(string message, Exception? inner = null)
        : this(CheckpointProblem.Unfit, message, inner) { }

    /// <summary>A problem of the given kind.</summary>
    /// <param name="problem">Its kind.</param>
    /// <param name="message">One line: what is wrong, and in which file.</param>
    /// <param name="inner">The cause; for <see cref="CheckpointProblem.Unwritable"/> the exception of the file system, which identifies a
    /// full disk.</param>
    public CheckpointException(CheckpointProblem problem, string message, Exception? inner = null)
        : base(OneLine.Of(message), inner) => Problem = problem;

    /// <summary>The kind of problem.</summary>
    public CheckpointProblem Problem { get; }
}
