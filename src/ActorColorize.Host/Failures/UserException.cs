namespace ActorColorize.Host.Failures;

/// <summary>
/// Something the caller can fix: the message is one line that says what is wrong, where, and what to do. It is shown without a stack trace
/// and ends the program with <see cref="Code"/>.
/// </summary>
internal class UserException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The program's exit code.</param>
    /// <param name="message">One line: what, where, what to do.</param>
    /// <param name="inner">What it came from, for the log file.</param>
    public UserException(ExitCode code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The program's exit code.</summary>
    public ExitCode Code { get; }
}

/// <summary>The command line asks for something that makes no sense (exit code 2).</summary>
internal sealed class UsageException(string message, Exception? inner = null) : UserException(ExitCode.Usage, message, inner);

/// <summary>Something to read is missing or unreadable (exit code 4).</summary>
internal sealed class InputException(string message, Exception? inner = null) : UserException(ExitCode.Input, message, inner);

/// <summary>Something cannot be written (exit code 5).</summary>
internal sealed class OutputException(string message, Exception? inner = null) : UserException(ExitCode.Output, message, inner);

/// <summary>A run or job ended before its work was done (exit code 7).</summary>
internal sealed class RunFailedException(string message, Exception? inner = null) : UserException(ExitCode.RunFailed, message, inner);
