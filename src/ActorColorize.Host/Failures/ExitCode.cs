namespace ActorColorize.Host.Failures;

/// <summary>What the program tells its caller when it ends. The numbers are part of the public face: scripts test them.</summary>
internal enum ExitCode
{
    /// <summary>All done; also after SIGINT or SIGTERM once the state is saved.</summary>
    Success = 0,

    /// <summary>A fault of the program itself.</summary>
    UnexpectedFault = 1,

    /// <summary>The command line or a configuration file is wrong.</summary>
    Usage = 2,

    /// <summary>The work ended, but some items failed; they are listed.</summary>
    CompletedWithErrors = 3,

    /// <summary>A dataset, archive, picture or model is missing or cannot be read.</summary>
    Input = 4,

    /// <summary>The output cannot be written, or there is no space left.</summary>
    Output = 5,

    /// <summary>The device asked for is not there, or a native library cannot be loaded.</summary>
    Device = 6,

    /// <summary>A run or job ended before its work was done.</summary>
    RunFailed = 7,

    /// <summary>No daemon answers, or it does not let this client in.</summary>
    Daemon = 8,

    /// <summary>A second Ctrl-C or SIGTERM: left at once, nothing more was saved.</summary>
    Interrupted = 130,
}

/// <summary>The one list of exit codes behind the help text.</summary>
internal static class ExitCodes
{
    /// <summary>Every code with the sentence shown by <c>--help</c>, in ascending order.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Success, "done; also after Ctrl-C or SIGTERM with the state saved"),
        (ExitCode.UnexpectedFault, "unexpected fault: a bug, the log file has the details"),
        (ExitCode.Usage, "wrong command line or configuration"),
        (ExitCode.CompletedWithErrors, "done, but some items failed (they are listed)"),
        (ExitCode.Input, "dataset, archive, picture or model not found or unreadable"),
        (ExitCode.Output, "output not writable, or no space left"),
        (ExitCode.Device, "device not available, or a native library is missing"),
        (ExitCode.RunFailed, "the run or job failed"),
        (ExitCode.Daemon, "no daemon answers, it does not let this client in, or it cannot do it at the moment"),
        (ExitCode.Interrupted, "second Ctrl-C: left at once"),
    ];
}
