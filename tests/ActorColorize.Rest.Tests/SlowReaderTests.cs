using System.Net.Sockets;
using System.Text;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;
using Xunit.Abstractions;

namespace ActorColorize.Rest.Tests;

/// <summary>What readers that do not read cost. They measure the whole heap of the process, so nothing else may run beside them.</summary>
[CollectionDefinition(nameof(SlowReaderTests), DisableParallelization = true)]
[Collection(nameof(SlowReaderTests))]
public sealed class SlowReaderTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Readers_that_never_read_cost_the_server_their_buffers_and_no_events()
    {
        const int events = 100_000;
        const int slow = 10;
        var limits = new ClientLimits(PerSecond: 1e6, Burst: 1_000_000);
        await using var server = await TestRestServer.ForItsOwnerAsync(limits: limits);
        var job = await server.SubmitAsync();
        await server.HappenAsync(
            job,
            [
                .. Enumerable.Range(0, events).Select(item => EventTests.Settled(job, item)),
                new JobEvents.JobEnded(new JobId(job), JobOutcome.Completed, default, null, "", DateTimeOffset.UnixEpoch),
            ]
        );
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var request = Encoding.ASCII.GetBytes(
            $"GET /v1/jobs/{job}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TestRestServer.Token}\r\n\r\n"
        );
        var readers = new List<Socket>();
        for (var i = 0; i < slow; i++)
        {
            var reader = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
            readers.Add(reader);
            await reader.ConnectAsync(server.Server.Address.Host, server.Server.Address.Port);
            await reader.SendAsync(request);
        }

        var seen = 0;
        using (var watched = await EventTests.WatchAsync(server, job, null))
        {
            await foreach (var item in EventTests.Items(watched))
                seen += item.EventType == "progress" ? 0 : 1;
        }

        var asked = await server.Coordinator.Ask<int>(new FakeCoordinator.CountQueries());
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        readers.ForEach(reader => reader.Dispose());
        output.WriteLine($"{slow} readers that never read: the managed heap grew by {grown / 1024.0:0} KiB; {asked} pages were asked for");
        Assert.Equal(events + 2, seen);
        // A page has 200 events, of some 150 bytes each. The one that reads asks for all pages. Of the others each holds what fits into the
        // buffers of its connection: 64 KiB in the server, and the kernel's, which may grow to a few MiB.
        var pages = (events / 200) + 2;
        Assert.InRange(asked, pages, pages + (slow * pages / 2));
        Assert.InRange(grown, long.MinValue, slow * (1L << 20));
    }
}
