using System.Runtime.InteropServices;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Commands;

/// <summary>Ctrl-C and SIGTERM: the first requests a graceful stop, the second exits immediately.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Action<int> _leave;
    private readonly Screen _screen;
    private readonly PosixSignalRegistration[] _registrations;
    private int _received;

    /// <summary>Listens for both signals.</summary>
    /// <param name="screen">Shows that a signal was received.</param>
    public StopSignals(Screen screen)
        : this(screen, LeaveAtOnce)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
    }

    /// <summary>Registers no handlers; tests call <see cref="Receive"/>.</summary>
    internal StopSignals(Screen screen, Action<int> leave)
    {
        _screen = screen;
        _leave = leave;
        _registrations = [];
    }

    /// <summary>Cancelled when a stop is requested.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// For a command that only watches something: what to say at the first signal, which ends nothing but the command; null for any other.
    /// </summary>
    public string? OnlyWatches { get; set; }

    /// <summary>Whether a stop was requested.</summary>
    public bool IsStopping => _stop.IsCancellationRequested;

    /// <summary>Handles a signal.</summary>
    internal void Receive(string name)
    {
        if (Interlocked.Increment(ref _received) > 1)
        {
            // The cursor is hidden while a progress bar is shown, and nothing else restores it.
            if (_screen.Style == OutputStyle.Live)
                _screen.People.Cursor.Show(true);
            _leave((int)ExitCode.Interrupted);
            return;
        }

        _screen.Remark(OnlyWatches ?? $"{name}: stopping gracefully; press again to exit immediately");
        _stop.Cancel();
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Receive(signal.Signal == PosixSignal.SIGINT ? "Ctrl-C" : "SIGTERM");
    }

    // Environment.Exit would wait for exit handlers (including the actor system's coordinated shutdown); a second Ctrl-C must not wait for
    // anything.
    private static void LeaveAtOnce(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);
        else
            NativeExit(code);
    }

    [DllImport("libc", EntryPoint = "_exit", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void NativeExit(int code);
}
