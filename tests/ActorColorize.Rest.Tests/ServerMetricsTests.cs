using System.Net;
using ActorColorize.Gateway;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorColorize.Rest.Tests;

/// <summary>What monitoring is told, and what it costs the job coordinator.</summary>
public sealed class ServerMetricsTests
{
    [Fact]
    public async Task Metrics_and_health_are_told_while_the_store_cannot_be_read()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        await server.Coordinator.Ask<bool>(new FakeCoordinator.BeUnreadable(true));
        await server.RefreshFiguresAsync();

        var away = await server.Client.GetStringAsync("/metrics");
        using var notReady = await server.Client.GetAsync("/health/ready");
        await server.Coordinator.Ask<bool>(new FakeCoordinator.BeUnreadable(false));
        await server.RefreshFiguresAsync();
        var back = await server.Client.GetStringAsync("/metrics");
        using var ready = await server.Client.GetAsync("/health/ready");

        Assert.Contains("actorcolorize_coordinator_up{query=\"jobs\"} 0\n", away);
        Assert.Contains("actorcolorize_coordinator_up{query=\"workers\"} 1\n", away);
        Assert.Contains("actorcolorize_workers 1\n", away);
        Assert.DoesNotContain("actorcolorize_job_pictures", away);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Equal("the database is away", (await TestRestServer.Json(notReady)).GetProperty("reason").GetString());
        Assert.Contains("actorcolorize_coordinator_up{query=\"jobs\"} 1\n", back);
        Assert.Contains($"actorcolorize_job_pictures{{job=\"{job}\",state=\"done\"}} 3\n", back);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task Monitoring_asks_nobody_however_often_it_looks()
    {
        using var inside = ActorSystem.Create("inside");
        var coordinator = inside.ActorOf(Props.Create(() => new FakeCoordinator(TrialDevice.Colours)));
        var backends = new GatewayBackends(
            coordinator,
            new TrustingRequests(),
            new DaemonFacts("trial", "no device", DateTimeOffset.UnixEpoch)
        );
        using var monitor = new CoordinatorMonitor(backends, new StoppedClock(), NullLogger<CoordinatorMonitor>.Instance);
        using var figures = new ServerMetrics(backends, monitor);
        await monitor.StartAsync(CancellationToken.None);
        Assert.Null(await monitor.ObjectionAsync()); // has been asked once
        var asked = await coordinator.Ask<int>(new FakeCoordinator.CountQueries());

        for (var i = 0; i < 20; i++)
        {
            Assert.Contains("actorcolorize_workers 1\n", await figures.TextAsync());
            Assert.Null(await monitor.ObjectionAsync());
        }

        Assert.Equal(asked, await coordinator.Ask<int>(new FakeCoordinator.CountQueries()));
        await monitor.StopAsync(CancellationToken.None);
        await inside.Terminate();
    }

    /// <summary>A clock whose timers never fire.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer();

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
