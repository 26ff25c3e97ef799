using ActorColorize.Actors.Loader;
using ActorColorize.Data.Datasets;
using Akka.Actor;

namespace ActorColorize.Benchmarks;

/// <summary>How fast the loader actor delivers training batches with one decoding task, and what more tasks bring.</summary>
internal static class LoaderBenchmark
{
    private const int Batch = 32;
    private const int Batches = 250;

    internal static void Run(PictureSet pictures, int side, int rounds)
    {
        using var system = ActorSystem.Create("benchmark");
        new PairedComparison($"loader: {Batch * Batches:N0} training pictures of {side}², one decoding task", "images/s", rounds).Run(
            "loader actor, 1 task",
            () => Deliver(system, pictures, side, parallelism: 1),
            goal: 5000
        );
        new PairedComparison("loader: decoding tasks against one", "images/s", rounds).Run(
            $"{Environment.ProcessorCount} tasks",
            () => Deliver(system, pictures, side, Environment.ProcessorCount),
            "1 task",
            () => Deliver(system, pictures, side, 1),
            goal: 1.0
        );
    }

    private static double Deliver(ActorSystem system, PictureSet pictures, int side, int parallelism)
    {
        var plan = new OrderedPlan(
            [.. Enumerable.Range(0, Batch * Batches).Select(i => i % pictures.Count)],
            Batch,
            side,
            leavesOutMonochrome: false
        );
        var loader = system.ActorOf(Props.Create(() => new LoaderActor(new LoaderSettings { Parallelism = parallelism })));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = system.ActorOf(Props.Create(() => new Consumer(loader, pictures, plan, parallelism + 2, done)));
        done.Task.Wait();
        consumer.GracefulStop(TimeSpan.FromSeconds(5)).Wait();
        loader.GracefulStop(TimeSpan.FromSeconds(5)).Wait();
        return Batch * Batches;
    }

    /// <summary>Returns each batch immediately.</summary>
    private sealed class Consumer : ReceiveActor
    {
        public Consumer(IActorRef loader, PictureSet pictures, OrderedPlan plan, int buffers, TaskCompletionSource done)
        {
            loader.Tell(new LoaderCommands.OpenStream(StreamId.Next(), pictures, plan, 0, buffers, buffers, Self));
            Receive<ImageBatch>(batch => loader.Tell(new LoaderCommands.BatchConsumed(batch.Stream, batch.Number)));
            Receive<LoaderEvents.StreamEnded>(_ => done.TrySetResult());
        }
    }
}
