namespace ActorColorize.Host.Failures;

/// <summary>The program's exit codes. The numbers are part of its public interface.</summary>
internal enum ExitCode
{
    /// <summary>All done; also after SIGINT or SIGTERM once the state is saved.</summary>
    Success = 0,

    /// <summary>A bug in the program.</summary>
    UnexpectedFault = 1,

    /// <summary>The command line or a configuration file is wrong.</summary>
    Usage = 2,

    /// <summary>The work is complete, but some items failed; they are listed.</summary>
    CompletedWithErrors = 3,

    /// <summary>
    /// A dataset, archive, picture, model, job or run is missing or cannot be read, or data was written by a later version of the program.
    /// </summary>
    Input = 4,

    /// <summary>The output cannot be written, or the disk is full.</summary>
    Output = 5,

    /// <summary>The requested device is not available, or a native library cannot be loaded.</summary>
    Device = 6,

    /// <summary>A run or job ended before its work was done.</summary>
    RunFailed = 7,

    /// <summary>No daemon answers, or it rejects this client.</summary>
    Daemon = 8,

    /// <summary>
    /// A second Ctrl-C or SIGTERM: exited immediately, nothing more was saved; or the first one of a command that only watches.
    /// </summary>
    Interrupted = 130,
}

/// <summary>The descriptions of the exit codes in the help text.</summary>
internal static class ExitCodes
{
    /// <summary>Every code with its description in <c>--help</c>, in ascending order.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Success, "done; also after Ctrl-C or SIGTERM with the state saved"),
        (ExitCode.UnexpectedFault, "unexpected fault (a bug); see the log file for details"),
        (ExitCode.Usage, "wrong command line or configuration"),
        (ExitCode.CompletedWithErrors, "done, but some items failed (they are listed)"),
        (ExitCode.Input, "dataset, archive, picture, model, job or run not found or unreadable; data of a later version"),
        (ExitCode.Output, "output not writable or already there, or no space left"),
        (ExitCode.Device, "device not available, or a native library is missing"),
        (ExitCode.RunFailed, "the run or job failed"),
        (ExitCode.Daemon, "no daemon answers, it rejects this client, or it cannot serve the request now"),
        (ExitCode.Interrupted, "second Ctrl-C: exited immediately; or Ctrl-C of a command that only watches"),
    ];
}
