using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>Endpoints for operators: health, readiness, metrics, nodes and devices.</summary>
internal static class ServiceEndpoints
{
    /// <summary>Health and metrics, for monitoring.</summary>
    public static void MapMonitoring(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/health/live", () => TypedResults.Ok(new HealthView("live", null)))
            .WithTags("monitoring")
            .WithName("Live")
            .WithSummary("Liveness: the process answers")
            .WithMetadata(new OpenToAll());
        routes
            .MapGet("/health/ready", ReadyAsync)
            .WithTags("monitoring")
            .WithName("Ready")
            .WithSummary("Readiness: jobs are accepted, and a device is available")
            .WithMetadata(new OpenToAll())
            .Produces<HealthView>()
            .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable);
        var scrape = routes.CreateApplicationBuilder().UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
        routes
            .MapGet("/metrics", async (HttpContext context) =>
            {
                await scrape(context);
                return TypedResults.Empty;
            })
            .WithTags("monitoring")
            .WithName("Metrics")
            .WithSummary("Metrics for Prometheus")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .RefusesWith(StatusCodes.Status401Unauthorized);
    }

    /// <summary>The daemon and its devices, for clients.</summary>
    public static void MapService(this RouteGroupBuilder v1)
    {
        v1.MapGet("/daemon", async Task<Ok<DaemonView>> (HttpContext context, ClientSessions sessions, GatewayBackends backends) =>
            {
                var daemon = await sessions.AskAsync<GatewayAnswers.DaemonStatus>(Caller.Of(context), new GatewayCommands.ShowDaemon());
                return TypedResults.Ok(
                    new DaemonView(
                        daemon.Program,
                        daemon.Process,
                        daemon.StartedAt,
                        daemon.Clients,
                        daemon.Device,
                        daemon.Certificate,
                        backends.Daemon.Command
                    )
                );
            })
            .WithTags("daemon")
            .WithName("ShowDaemon")
            .WithSummary("How the daemon is");
        v1.MapGet("/nodes", async Task<Ok<NodeList>> (HttpContext context, ClientSessions sessions) =>
            {
                var page = await sessions.AskAsync<GatewayAnswers.NodePage>(Caller.Of(context), new GatewayCommands.ShowNodes());
                return TypedResults.Ok(new NodeList(page.Nodes, CoordinatorsView.Of(page.Coordinators)));
            })
            .WithTags("daemon")
            .WithName("ListNodes")
            .WithSummary("The nodes of a clustered daemon; empty without a cluster");
        v1.MapGet("/workers", async Task<Ok<WorkerList>> (HttpContext context, ClientSessions sessions) =>
            {
                var page = await sessions.AskAsync<JobReports.WorkerPage>(Caller.Of(context), new JobQueries.Workers());
                return TypedResults.Ok(new WorkerList([.. page.Workers.Select(WorkerLine.Of)]));
            })
            .WithTags("daemon")
            .WithName("ListWorkers")
            .WithSummary("The devices that archive work is leased to");
    }

    private static async Task<IResult> ReadyAsync(CoordinatorMonitor monitor) =>
        await monitor.ObjectionAsync() is { } objection
            ? TypedResults.Json(
                new HealthView("not_ready", objection),
                RestJson.Options,
                statusCode: StatusCodes.Status503ServiceUnavailable
            )
            : TypedResults.Ok(new HealthView("ready", null));
}

/// <summary>How the daemon's health is.</summary>
internal sealed record HealthView(string Status, string? Reason);
