using ActorColorize.Host.Displays;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Nodes;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Host.Tests.Nodes;

public sealed class LocalNodeTests
{
    [Fact]
    public async Task An_actor_that_hangs_does_not_hold_the_end_of_its_node_back()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using var log = RunLog.Open(scratch["logs"], "k3f9", screen.Screen, verbose: false);
        using var release = new ManualResetEventSlim();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = await LocalNode.StartAsync(log.Factory, TimeSpan.FromSeconds(1), akka =>
            akka.AddHocon("akka.coordinated-shutdown.phases.actor-system-terminate.timeout = 1s", HoconAddMode.Prepend)
                .WithActors(
                    (system, registry) => registry.Register<Hanging>(system.ActorOf(Props.Create(() => new Hanging(hangs, release))))
                )
        );
        var terminated = node.System.WhenTerminated;
        node.Actors.Get<Hanging>().Tell("hang");
        await hangs.Task;

        await node.DisposeAsync();

        Assert.False(terminated.IsCompleted);
        release.Set();
        await terminated;
    }

    [Fact]
    public async Task A_node_whose_actors_stop_ends_silently()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using var log = RunLog.Open(scratch["logs"], "k3f9", screen.Screen, verbose: false);
        var node = await LocalNode.StartAsync(log.Factory, TimeSpan.FromMinutes(1), akka => akka.WithActors((_, _) => { }));
        var terminated = node.System.WhenTerminated;

        await node.DisposeAsync();

        Assert.True(terminated.IsCompletedSuccessfully);
        Assert.Empty(screen.Error);
    }

    /// <summary>Hangs while processing a message, like an actor whose native library does not return.</summary>
    private sealed class Hanging : ReceiveActor
    {
        public Hanging(TaskCompletionSource hangs, ManualResetEventSlim release) =>
            Receive<string>(_ =>
            {
                hangs.SetResult();
                release.Wait();
            });
    }
}
