using System.Net;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace ActorColorize.Rest.Tests;

/// <summary>What monitoring is told, and what it costs the coordinators.</summary>
public sealed class MonitoringTests
{
    [Fact]
    public async Task Metrics_and_health_are_told_while_the_store_cannot_be_read()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        await server.Coordinator.Ask<bool>(new FakeCoordinator.BeUnreadable(true));
        await server.RefreshFiguresAsync();

        var away = await ScrapeAsync(server);
        using var notReady = await server.Client.GetAsync("/health/ready");
        await server.Coordinator.Ask<bool>(new FakeCoordinator.BeUnreadable(false));
        await server.RefreshFiguresAsync();
        var back = await ScrapeAsync(server);
        using var ready = await server.Client.GetAsync("/health/ready");

        Assert.Equal(0, away.Value("actorcolorize_coordinator_up", "query=\"jobs\""));
        Assert.Equal(1, away.Value("actorcolorize_coordinator_up", "query=\"workers\""));
        Assert.Equal(1, away.Value("actorcolorize_workers"));
        Assert.DoesNotContain("actorcolorize_job_pictures", away.Names);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, notReady.StatusCode);
        Assert.Equal("the database is away", (await TestRestServer.Json(notReady)).GetProperty("reason").GetString());
        Assert.Equal(1, back.Value("actorcolorize_coordinator_up", "query=\"jobs\""));
        Assert.Equal(3, back.Value("actorcolorize_job_pictures", $"job_id=\"{job}\",state=\"done\""));
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task Nodes_runs_requests_disk_and_process_are_among_the_metrics()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        (await server.Client.GetAsync("/v1/daemon")).Dispose();
        await server.RefreshFiguresAsync();

        var metrics = await ScrapeAsync(server);

        Assert.Equal(0, metrics.Value("actorcolorize_node_reachable", "address=\"10.0.0.2:4588\",role=\"device\",state=\"up\""));
        // Of another node of the cluster: its certificate expires with the year 2099, 4102444800 s after 1970; one without has no figure
        Assert.Equal(
            4102444800,
            metrics.Value("actorcolorize_certificate_expiry_seconds", "address=\"10.0.0.1:4588\",setting=\"cluster.certificate\"")
        );
        Assert.Single(metrics.Names, static name => name == "actorcolorize_certificate_expiry_seconds");
        Assert.True(metrics.Value("actorcolorize_disk_free_bytes") > 0);
        Assert.Equal(1, metrics.Value("actorcolorize_coordinator_up", "query=\"runs\""));
        Assert.Contains("actorcolorize_runs", metrics.Names);
        Assert.Equal(1, metrics.Value("actorcolorize_run_active", "run_id=\"20260101-000000-abcdef\""));
        Assert.Contains("actorcolorize_run_step", metrics.Names);
        Assert.Contains("http_server_request_duration_seconds_count", metrics.Names);
        Assert.Contains("dotnet_process_memory_working_set_bytes", metrics.Names);
    }

    [Fact]
    public async Task Monitoring_asks_nobody_however_often_it_looks()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        await server.Server.Services.GetRequiredService<CoordinatorMonitor>().StopAsync(CancellationToken.None);
        await server.RefreshFiguresAsync(); // a reading that the end of the service interrupted has no figures
        var asked = await server.Coordinator.Ask<int>(new FakeCoordinator.CountQueries());

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, (await ScrapeAsync(server)).Value("actorcolorize_workers"));
            using var ready = await server.Client.GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }

        Assert.Equal(asked, await server.Coordinator.Ask<int>(new FakeCoordinator.CountQueries()));
    }

    private static async Task<Exposition> ScrapeAsync(TestRestServer server) => new(await server.Client.GetStringAsync("/metrics"));
}
