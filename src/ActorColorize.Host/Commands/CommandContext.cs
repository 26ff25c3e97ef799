using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Logging;

namespace ActorColorize.Host.Commands;

/// <summary>What every command has at hand: the screen, the stop signal, the clock and the log.</summary>
internal sealed class CommandContext(Screen screen, StopSignals stop, TimeProvider time, bool verbose) : IDisposable
{
    private RunLog? _log;

    /// <summary>Standard output and standard error.</summary>
    public Screen Screen { get; } = screen;

    /// <summary>Ctrl-C and SIGTERM.</summary>
    public StopSignals Stop { get; } = stop;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>Whether more is shown on the terminal.</summary>
    public bool IsVerbose { get; } = verbose;

    /// <summary>Connects to a daemon, until a stop is asked for; that a cluster has to be waited for is said.</summary>
    /// <param name="daemon">Which.</param>
    public Task<ColorizeClient> ConnectAsync(ClientOptions daemon) =>
        ColorizeClient.ConnectAsync(daemon with { OnWaiting = Screen.Remark }, Stop.Token);

    /// <summary>
    /// Opens the command's log; every line carries the id of its run or job. A command that is made up of others has one log: the first
    /// that was opened.
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

    /// <summary>A new id for a run or job: eight characters, so that people can say it.</summary>
    public static string NewId() => Guid.NewGuid().ToString("n")[..8];

    /// <summary>Closes the log and stops listening to signals.</summary>
    public void Dispose()
    {
        _log?.Dispose();
        Stop.Dispose();
    }
}
