using System.Diagnostics;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Actors.Tests.Postgres;
using ActorColorize.Process.Tests.Cluster;

namespace ActorColorize.Process.Tests.Monitoring;

/// <summary>One picture's way through client, coordinator and device, as an OpenTelemetry collector sees it.</summary>
public sealed class TracingTests(PostgresServer database) : IClassFixture<PostgresServer>
{
    private static readonly string[] Way = ["job.submit", "job.accept", "picture.read", "picture.network", "picture.write"];

    [Fact]
    public async Task The_way_of_one_picture_is_one_trace_over_three_processes()
    {
        using var scratch = new ScratchFolder();
        using var collector = new TraceReceiver();
        scratch.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Endpoint;
        scratch.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        scratch.Environment["OTEL_BSP_SCHEDULE_DELAY"] = "200";
        var archive = Path.Combine(scratch.Path, "archive");
        DrawnDataset.Draw(Path.Combine(archive, "one.jpg"), 1, 120, 90, grey: true);
        using var cluster = await ClusterOnThisMachine.StartAsync(
            scratch,
            database.CreateDatabase(),
            10,
            NodePlace.Here("coordinator,device")
        );
        await cluster.UntilOpenAsync();

        await cluster.WatchAsync(await cluster.SubmitAsync(archive, Path.Combine(scratch.Path, "coloured")));

        var trace = await WholeTraceAsync(collector);
        Assert.Equal(Way.Order(StringComparer.Ordinal), trace.Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.Equal(3, trace.Select(span => span.Process).Distinct().Count());
        var (submit, accept) = (Named(trace, "job.submit"), Named(trace, "job.accept"));
        Assert.Equal("", submit.Parent);
        Assert.Equal(submit.Id, accept.Parent);
        Assert.All(trace.Except([submit, accept]), span => Assert.Equal(accept.Id, span.Parent));
    }

    private static ReceivedSpan Named(IEnumerable<ReceivedSpan> trace, string name) => trace.Single(span => span.Name == name);

    private static bool IsWhole(IEnumerable<ReceivedSpan> trace) => Way.All(step => trace.Any(span => span.Name == step));

    private static async Task<IReadOnlyList<ReceivedSpan>> WholeTraceAsync(TraceReceiver collector)
    {
        var clock = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var trace = collector.Spans.GroupBy(span => span.Trace).FirstOrDefault(IsWhole);
            if (trace is not null)
                return [.. trace];
            Assert.True(
                clock.Elapsed < TimeSpan.FromMinutes(2),
                $"received: {string.Join(", ", collector.Spans.Select(span => $"{span.Trace} {span.Process} {span.Name}"))}"
            );
            await tick.WaitForNextTickAsync();
        }
    }
}
