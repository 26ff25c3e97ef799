using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ActorColorize.Rest.Tests;

/// <summary>The OpenAPI document and the metrics of the server.</summary>
public sealed class DocumentTests
{
    [Fact]
    public async Task The_document_lists_every_route_with_every_method_and_what_it_takes()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        using var answer = await server.Client.GetAsync("/openapi/v1.json");
        var document = await TestRestServer.Json(answer);

        var routes = server
            .Server.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null) // files of the dashboard
            .Select(route =>
                (Path: $"/{route.RoutePattern.RawText!.Trim('/')}", Methods: route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            )
            .Where(route => route.Path != "/openapi/{documentName}.json")
            .ToArray();
        Assert.True(routes.Length >= 15);
        foreach (var (path, methods) in routes)
        {
            Assert.True(
                document.GetProperty("paths").TryGetProperty(path, out var described)
                    || document.GetProperty("paths").TryGetProperty($"{path}/", out described),
                $"{path} is not in the document"
            );
            foreach (var method in methods)
            {
                var operation = described.GetProperty(method.ToLowerInvariant());
                Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
                Assert.Equal(
                    !path.StartsWith("/health", StringComparison.Ordinal) && path != "/v1/sign-in",
                    operation.TryGetProperty("security", out _)
                );
            }
        }

        var colorize = document.GetProperty("paths").GetProperty("/v1/colorize").GetProperty("post");
        Assert.Contains(
            "image/png",
            colorize.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name)
        );
        Assert.Contains(
            "flip_average",
            colorize.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString())
        );
        var phases = document
            .GetProperty("components")
            .GetProperty("schemas")
            .GetProperty("JobPhase")
            .GetProperty("enum")
            .EnumerateArray()
            .Select(phase => phase.GetString());
        Assert.Contains("completed_with_errors", phases);
        Assert.Equal(
            "bearer",
            document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString()
        );
    }

    [Fact]
    public async Task Metrics_are_in_the_prometheus_text_format()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();
        var job = await server.SubmitAsync();
        using var unknown = await server.Client.GetAsync("/v1/jobs/made-up");
        await server.RefreshFiguresAsync();

        using var answer = await server.Client.GetAsync("/metrics");
        var metrics = new Exposition(await answer.Content.ReadAsStringAsync());

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(1, metrics.Value("actorcolorize_jobs", "phase=\"running\""));
        Assert.Equal(3, metrics.Value("actorcolorize_job_pictures", $"job_id=\"{job}\",state=\"done\""));
        Assert.Equal(1.5, metrics.Value("actorcolorize_jobs_throughput_per_second"));
        Assert.Equal(1, metrics.Value("actorcolorize_worker_units", "device=\"cpu\""));
        Assert.Contains("actorcolorize_worker_silence_seconds", metrics.Names);
    }

    [Fact]
    public async Task The_daemon_and_its_workers_are_shown()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync();

        var daemon = await TestRestServer.Json(await server.Client.GetAsync("/v1/daemon"));
        var workers = await TestRestServer.Json(await server.Client.GetAsync("/v1/workers"));

        var nodes = await TestRestServer.Json(await server.Client.GetAsync("/v1/nodes"));
        Assert.Equal(
            [true, false],
            nodes.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("is_reachable").GetBoolean())
        );
        var coordinators = nodes.GetProperty("coordinators");
        Assert.Equal("10.0.0.3:4588", Assert.Single(coordinators.GetProperty("missing").EnumerateArray()).GetString());
        Assert.Equal(
            "2 of 3 coordinators (10.0.0.3:4588 is missing); losing one more stops the cluster",
            coordinators.GetProperty("summary").GetString()
        );
        var certificate = nodes.GetProperty("nodes")[0].GetProperty("certificate");
        Assert.Equal("2100-01-01T00:00:00+00:00", certificate.GetProperty("expires_at").GetString());
        Assert.Equal(("actorcolorize trial", 1), (daemon.GetProperty("program").GetString(), daemon.GetProperty("clients").GetInt32()));
        Assert.Equal("cpu", workers.GetProperty("workers")[0].GetProperty("device").GetString());
        Assert.Equal(JsonValueKind.Number, workers.GetProperty("workers")[0].GetProperty("heard_seconds_ago").ValueKind);
    }
}
