namespace ActorColorize.Model.Checkpoints;

/// <summary>What is wrong with a checkpoint or a file of tensors, for those who decide what to do about it.</summary>
public enum CheckpointProblem
{
    /// <summary>It does not fit what was asked for: another network, another run, no model at all.</summary>
    Unfit,

    /// <summary>Nothing is there.</summary>
    Missing,

    /// <summary>It is truncated, padded, altered or incomplete, or the disk no longer gives its bytes.</summary>
    Damaged,

    /// <summary>It is whole, but a later version of the program wrote it.</summary>
    NewerFormat,

    /// <summary>It may not be read.</summary>
    Forbidden,

    /// <summary>It could not be written: full disk, no permission, failing disk. The checkpoints that were there are still there.</summary>
    Unwritable,
}

/// <summary>A checkpoint or file of tensors cannot be used or written. The message is one line: what is wrong, and where.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Something does not fit (<see cref="CheckpointProblem.Unfit"/>).</summary>
    public CheckpointException(string message, Exception? inner = null)
        : this(CheckpointProblem.Unfit, message, inner) { }

    /// <summary>A problem of the given kind.</summary>
    /// <param name="problem">Its kind.</param>
    /// <param name="message">One line: what is wrong, and where.</param>
    /// <param name="inner">What led to it; for <see cref="CheckpointProblem.Unwritable"/> the exception of the file system, which tells a
    /// full disk from others.</param>
    public CheckpointException(CheckpointProblem problem, string message, Exception? inner = null)
        : base(OneLine.Of(message), inner) => Problem = problem;

    /// <summary>The kind of problem.</summary>
    public CheckpointProblem Problem { get; }
}
