using ActorColorize.Host.Serving;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorColorize.Host.Tests.Serving;

public sealed class DaemonStateTests : IDisposable
{
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(60);

    private readonly ScratchFolder _folder = new();
    private readonly RecordedSystemd _systemd = new();

    [Fact]
    public void Systemd_is_told_that_the_daemon_is_ready_alive_and_stopping()
    {
        using var state = NewState();
        state.Ready("serving at 127.0.0.1:1");
        state.Judged(null);
        state.Stopping();

        Assert.Equal(
            ["READY=1\nSTATUS=serving at 127.0.0.1:1", "WATCHDOG=1", "STOPPING=1\nSTATUS=stopping: work in progress is saved or released"],
            _systemd.Sent
        );
    }

    [Fact]
    public void A_daemon_that_hangs_does_not_answer_the_watchdog_until_it_works_again()
    {
        using var state = NewState();
        state.Ready("ready");
        _systemd.Sent.Clear();

        state.Judged("stuck");
        state.Judged("stuck");
        Assert.Equal(["STATUS=hangs: stuck"], _systemd.Sent);
        Assert.Equal("the daemon hangs: stuck", Objection(TimeSpan.Zero));

        state.Judged(null);
        Assert.Equal("WATCHDOG=1", _systemd.Sent[^1]);
        Assert.Null(Objection(TimeSpan.Zero));
    }

    [Fact]
    public void The_health_check_fails_before_the_start_during_it_when_silent_while_stopping_and_afterwards()
    {
        Assert.Contains("no daemon runs", Objection(TimeSpan.Zero));
        var state = NewState();
        Assert.Equal("the daemon is starting", Objection(TimeSpan.Zero));
        state.Ready("ready");
        Assert.Null(Objection(TimeSpan.FromSeconds(59)));
        Assert.Contains("has not been alive for", Objection(TimeSpan.FromSeconds(62)));
        state.Judged(null);
        Assert.Null(Objection(TimeSpan.Zero));
        state.Stopping();
        state.Judged(null);
        Assert.Equal("the daemon is stopping", Objection(TimeSpan.Zero));
        state.Dispose();
        Assert.Contains("no daemon runs", Objection(TimeSpan.Zero));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_does_not_end_the_daemon()
    {
        using var state = NewState(Path.Combine(_folder.Path, "absent"));
        state.Ready("ready");
        state.Judged(null);

        Assert.Equal("WATCHDOG=1", _systemd.Sent[^1]);
    }

    public void Dispose() => _folder.Dispose();

    private DaemonState NewState(string? folder = null) => new(folder ?? _folder.Path, _systemd, TimeProvider.System, NullLogger.Instance);

    private string? Objection(TimeSpan later) => DaemonState.Objection(_folder.Path, SilentFor, DateTimeOffset.UtcNow + later);

    private sealed class RecordedSystemd : ISystemdNotifier
    {
        public List<string> Sent { get; } = [];

        public bool IsEnabled => true;

        public void Notify(ServiceState state) => Sent.Add(state.ToString());
    }
}
