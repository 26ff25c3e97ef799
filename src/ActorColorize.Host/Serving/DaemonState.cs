using System.Net.Sockets;
using System.Text.Json;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Serving;

/// <summary>
/// Tells those that supervise the daemon how it is: systemd by its notification socket, and <c>healthcheck</c> by the file
/// <c>state.json</c> in the data folder, which is touched as long as the daemon works. A daemon that hangs stops touching the file and
/// stops answering systemd's watchdog, which then restarts it.
/// </summary>
internal sealed class DaemonState : IDisposable
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "state.json";

    private const string SocketVariable = "NOTIFY_SOCKET";

    private readonly string _file;
    private readonly ISystemdNotifier _systemd;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _changing = new();
    private string _state = "";
    private string? _hang;
    private bool _cannotWrite;
    private bool _cannotNotify;

    /// <summary>Announces that the daemon is starting.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="systemd">The connection to systemd; it does nothing where the daemon was not started by it.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="log">Notes hangs.</param>
    public DaemonState(string dataFolder, ISystemdNotifier systemd, TimeProvider clock, ILogger log)
    {
        _file = Path.Combine(dataFolder, FileName);
        _systemd = systemd;
        _clock = clock;
        _log = log;
        Change("starting", null);
    }

    /// <summary>The connection to systemd that the environment names; child processes do not inherit it.</summary>
    public static ISystemdNotifier SystemdOfEnvironment()
    {
        var notifier = new SystemdNotifier();
        Environment.SetEnvironmentVariable(SocketVariable, null);
        return notifier;
    }

    /// <summary>The daemon accepts work.</summary>
    /// <param name="status">What it does, in one line, for <c>systemctl status</c>.</param>
    public void Ready(string status)
    {
        Change("ready", null);
        Notify($"READY=1\nSTATUS={status}");
    }

    /// <summary>Its liveness was judged.</summary>
    /// <param name="hang">Why it is considered hung; null if it works.</param>
    public void Judged(string? hang)
    {
        if (hang is not null)
        {
            if (_hang is null)
            {
                _log.LogError("this daemon hangs: {Reason}; its supervisor, if it has one, restarts it", hang);
                Notify($"STATUS=hangs: {hang}");
                Change("hanging", hang);
            }

            _hang = hang;
            return;
        }

        if (_hang is not null)
        {
            _log.LogWarning("this daemon works again");
            _hang = null;
            Change("ready", null);
        }

        Notify("WATCHDOG=1");
        TryFile(() => File.SetLastWriteTimeUtc(_file, _clock.GetUtcNow().UtcDateTime));
    }

    /// <summary>The daemon stops gracefully.</summary>
    public void Stopping()
    {
        Change("stopping", null);
        Notify("STOPPING=1\nSTATUS=stopping: work in progress is saved or released");
    }

    /// <summary>Deletes the file.</summary>
    public void Dispose() => TryFile(() => File.Delete(_file));

    /// <summary>Why a daemon is not healthy, by its file; null if it is.</summary>
    /// <param name="dataFolder">Its data folder.</param>
    /// <param name="silentFor">Age of the file from which the daemon is considered hung.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="UserException">The file cannot be read.</exception>
    public static string? Objection(string dataFolder, TimeSpan silentFor, DateTimeOffset now)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            var file = JsonSerializer.Deserialize<StateFile>(File.ReadAllBytes(path), Style)!;
            var silence = now - new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
            return file switch
            {
                { State: "hanging" } => $"the daemon hangs: {file.Reason}",
                { State: not "ready" } => $"the daemon is {file.State}",
                _ when silence > silentFor => $"the daemon has not been alive for {silence.TotalSeconds:0} s",
                _ => null,
            };
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"no daemon runs on the data folder {dataFolder}";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UserException(ExitCode.Daemon, $"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static readonly JsonSerializerOptions Style = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private void Change(string state, string? reason)
    {
        lock (_changing)
        {
            // A judgement that arrives while the daemon stops does not make it ready again.
            if (_state == "stopping")
                return;
            _state = state;
            TryFile(() =>
                AtomicFile.Write(_file, stream =>
                    JsonSerializer.Serialize(stream, new StateFile(state, reason, Environment.ProcessId), Style)
                )
            );
        }
    }

    private void Notify(string state)
    {
        if (!_systemd.IsEnabled)
            return;
        try
        {
            _systemd.Notify(new ServiceState(state));
        }
        catch (SocketException fault)
        {
            if (!_cannotNotify)
                _log.LogWarning("systemd cannot be notified: {Reason}", fault.Message);
            _cannotNotify = true;
        }
    }

    /// <summary>A full or read-only disk must not end a daemon that could go on; only its health cannot be seen then.</summary>
    private void TryFile(Action change)
    {
        try
        {
            change();
            _cannotWrite = false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (!_cannotWrite)
                _log.LogWarning("{File} cannot be written, so that 'healthcheck' fails: {Reason}", _file, fault.Message);
            _cannotWrite = true;
        }
    }

    private sealed record StateFile(string State, string? Reason, int Process);
}
