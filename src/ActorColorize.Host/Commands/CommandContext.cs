using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Logging;

namespace ActorColorize.Host.Commands;

/// <summary>The services that every command uses: screen, stop signals, clock and log.</summary>
internal sealed class CommandContext(Screen screen, StopSignals stop, TimeProvider time, bool verbose) : IDisposable
{
    private RunLog? _log;

    /// <summary>Standard output and standard error.</summary>
    public Screen Screen { get; } = screen;

    /// <summary>Ctrl-C and SIGTERM.</summary>
    public StopSignals Stop { get; } = stop;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Whether <c>--verbose</c> was given.</summary>
    public bool IsVerbose { get; } = verbose;

    /// <summary>
    /// Connects to a daemon; a stop signal cancels the attempt. While a cluster is being formed, a remark says that the command waits.
    /// </summary>
    /// <param name="daemon">The daemon's address and the client's credentials.</param>
    public Task<ColorizeClient> ConnectAsync(ClientOptions daemon) =>
        ColorizeClient.ConnectAsync(daemon with { OnWaiting = Screen.Remark }, Stop.Token);

    /// <summary>
    /// Opens the command's log; every line carries the id of its run or job. A command that runs other commands keeps a single log: the
    /// first one opened.
    /// </summary>
    /// <param name="folder">The folder for the log files.</param>
    /// <param name="id">The run's or job's id.</param>
    public RunLog OpenLog(string folder, string id) => _log ??= RunLog.Open(folder, id, Screen, IsVerbose);

    /// <summary>Writes an error with its trace to the command's log, or to the account's when the command has none yet.</summary>
    /// <returns>The log file, or null when it could not be written.</returns>
    public string? LogFault(Exception exception, string message)
    {
        _log ??= RunLog.Open(StateFolder.Logs, NewId(), Screen, IsVerbose);
        _log.Fault(exception, message);
        return File.Exists(_log.Path) ? _log.Path : null;
    }

    /// <summary>A new id for a run or job: eight characters, short enough to be read aloud.</summary>
    public static string NewId() => Guid.NewGuid().ToString("n")[..8];

    /// <summary>Closes the log and stops listening to signals.</summary>
    public void Dispose()
    {
        _log?.Dispose();
        Stop.Dispose();
    }
}
