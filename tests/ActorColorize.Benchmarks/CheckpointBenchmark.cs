using System.Diagnostics;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using TorchSharp;

namespace ActorColorize.Benchmarks;

/// <summary>
/// What a checkpoint costs: how long training stands still while the state is copied out (into memory that is used again, against new
/// memory each time), and how long another thread then writes.
/// </summary>
internal static class CheckpointBenchmark
{
    private const int Side = 32;

    internal static void Run(TrainingConfiguration configuration, int threads, int rounds)
    {
        var bins = configuration.Colors.ToBins();
        var prior = new ColorPrior([.. Enumerable.Range(1, bins.Count).Select(bin => (long)bin)], "benchmark");
        using var session = new TrainingSession(
            configuration,
            prior,
            seed: 1,
            new ComputeSettings(torch.CPU, Precision.Fp32, ConvolutionPlan.Unchecked, threads)
        );

        // One step, so that moments and gradients are numbers like any others: memory that was never written to copies faster.
        var rgb_BHWC = new byte[Side * Side * 3];
        new Random(1).NextBytes(rgb_BHWC);
        session.Train(rgb_BHWC, 1, Side);

        var spare = session.Export();
        var megabytes = Tensors(spare).Sum(tensor => (long)tensor.Data.Length) / 1e6;
        new PairedComparison($"checkpoint: copying {megabytes:N1} MB of weights and moments out ({session.Shape})", "MB/s", rounds).Run(
            "memory used again",
            () =>
            {
                spare = session.Export(spare);
                return megabytes;
            },
            "new memory",
            () =>
            {
                GC.KeepAlive(session.Export());
                return megabytes;
            },
            goal: 1
        );

        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName;
        var store = new CheckpointStore(folder);
        var pauses = new List<double>();
        var writes = new List<double>();
        var allocated = 0L;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var clock = Stopwatch.StartNew();
            spare = session.Export(spare) with { Step = round };
            pauses.Add(clock.Elapsed.TotalSeconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            clock.Restart();
            store.Save(
                new CheckpointContent("benchmark", 1, session.Shape, configuration.Hash, "benchmark", spare, null, null, session.Colors)
            );
            writes.Add(clock.Elapsed.TotalSeconds);
            store.Retain(1, Console.WriteLine);
        }

        var bytes = store.List().Single().Manifest.Files.Values.Sum(file => file.Bytes);
        Console.WriteLine($"  training pauses {Spread(pauses)} s and allocates {allocated:N0} bytes a checkpoint");
        Console.WriteLine($"  another thread writes {bytes:N0} bytes, hashed and flushed to the disk, in {Spread(writes)} s");
        Console.WriteLine();
        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<HostTensor> Tensors(SessionState state) => state.Model.Concat(state.Optimizer);

    private static string Spread(List<double> seconds)
    {
        seconds.Sort();
        return $"{seconds[0]:0.000} … {seconds[seconds.Count / 2]:0.000} … {seconds[^1]:0.000}";
    }
}
