namespace ActorColorize.Host.Failures;

/// <summary>
/// An error that the user can fix: the message is one line that says what failed, where, and the remedy. It is shown without a stack trace,
/// and the program exits with <see cref="Code"/>.
/// </summary>
internal class UserException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">The program's exit code.</param>
    /// <param name="message">One line: what failed, where, and the remedy.</param>
    /// <param name="inner">The cause, for the log file.</param>
    public UserException(ExitCode code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>The program's exit code.</summary>
    public ExitCode Code { get; }
}

/// <summary>The command line or configuration is invalid (exit code 2).</summary>
internal sealed class UsageException(string message, Exception? inner = null) : UserException(ExitCode.Usage, message, inner);

/// <summary>An input is missing or unreadable (exit code 4).</summary>
internal sealed class InputException(string message, Exception? inner = null) : UserException(ExitCode.Input, message, inner);

/// <summary>An output cannot be written (exit code 5).</summary>
internal sealed class OutputException(string message, Exception? inner = null) : UserException(ExitCode.Output, message, inner);

/// <summary>A run or job ended before its work was done (exit code 7).</summary>
internal sealed class RunFailedException(string message, Exception? inner = null) : UserException(ExitCode.RunFailed, message, inner);
