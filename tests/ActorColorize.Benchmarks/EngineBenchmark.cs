using ActorColorize.Imaging.Archives;
using ActorColorize.Interchange;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using TorchSharp;

namespace ActorColorize.Benchmarks;

/// <summary>ONNX Runtime against LibTorch: passes of the same network over the same batch, in single precision.</summary>
internal static class EngineBenchmark
{
    private const int Seed = 1;
    private const int PublishedSide = 256;
    private const int PictureWidth = 500;
    private const int PictureHeight = 375;
    private const int Batch = 8;
    private const int SmallPasses = 4;

    internal static void Run(string small, int threads, int rounds)
    {
        LibTorchRuntime.EnsureLoaded();
        torch.set_num_threads(threads);
        var compute = new ComputeSettings(
            torch.CPU,
            Precision.Fp32,
            new ConvolutionSelfTest(torch.CPU, threads, ConvolutionSelfTest.DefaultCacheFolder).NewPlan(),
            threads
        );
        using (var network = new ColorizationNetwork(PublishedLayout.Shape, ColorBins.InGamut313, Seed, compute))
        {
            var published = new ModelSource("published", PublishedLayout.Shape, network.Save(), null, []);
            Compare("the published network", published, compute, PublishedSide, PublishedSide, passes: 1, rounds);
        }

        var model = ModelLocator.Resolve(Path.GetFullPath(small));
        var size = ThumbnailSize.For(PictureWidth, PictureHeight, model.Defaults.ImageSize ?? 128);
        Compare(Path.GetFileNameWithoutExtension(small), model, compute, size.Height, size.Width, SmallPasses, rounds);
    }

    private static void Compare(string name, ModelSource model, ComputeSettings compute, int height, int width, int passes, int rounds)
    {
        using var onnx = new OnnxEngine(model.Network, model.Tensors, compute.Threads);
        using var libTorch = new TorchEngine(model.Network, model.Tensors, compute);
        using var lightness_B1HW = torch.rand([Batch, 1, height, width], generator: torch.manual_seed(Seed)) * 100;
        new PairedComparison(
            $"engine: {name} ({model.Network}), batch {Batch}, {width}x{height}, fp32, {compute.Threads} threads",
            "pictures/s",
            rounds
        ).Run("ONNX Runtime", () => Pass(onnx), "LibTorch", () => Pass(libTorch), goal: 1);

        double Pass(IInferenceEngine engine)
        {
            for (var pass = 0; pass < passes; pass++)
            {
                using var scope = torch.NewDisposeScope();
                engine.Run(lightness_B1HW);
            }

            return passes * Batch;
        }
    }
}
