using System.Diagnostics;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Training;
using static TorchSharp.torch;

namespace ActorColorize.Interchange;

/// <summary>Compares the engines on one network: first their colours, then their speed.</summary>
internal static class EngineProbe
{
    private const int AgreementBatch = 2;
    private const int AgreementSide = 64;
    private const int SpeedSide = 128;
    private const int Rounds = 7;
    private const long LevelsOfNoise = 17;

    /// <summary>No further round is begun after this time: a wide network gets fewer rounds.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Measures. The colours are compared with those of LibTorch in double precision and without oneDNN, whose kernels may be faulty; the
    /// times with those of its fastest kernels in the device's precision, whose results are not used. The engines are timed in turn, and
    /// the shortest time of each counts.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="onnx">The network in ONNX Runtime.</param>
    /// <param name="precision">Number format of LibTorch on this device.</param>
    /// <param name="threads">Threads of both.</param>
    /// <exception cref="DeviceException">LibTorch cannot be loaded.</exception>
    public static EngineVerdict Measure(ModelSource model, IInferenceEngine onnx, Precision precision, int threads)
    {
        var difference = Difference(model, onnx, threads);
        var (torchSeconds, onnxSeconds) = Times(model, onnx, precision, threads);
        return new EngineVerdict(torchSeconds, onnxSeconds, difference);
    }

    private static double Difference(ModelSource model, IInferenceEngine onnx, int threads)
    {
        using var scope = NewDisposeScope();
        using var exact = Torch(model, ConvolutionRoute.WithoutOneDnn, Precision.Fp32, threads);
        var lightness_B1HW = Scene(AgreementBatch, AgreementSide);
        var temperature = model.Defaults.Temperature is > 0 and var own ? own : TrainingSession.DefaultTemperature;
        var expected = Colors(exact);
        var actual = Colors(onnx);
        // NaN, where one of them is not a number.
        return (expected - actual).abs().max().item<float>();

        Tensor Colors(IInferenceEngine engine) =>
            ColorDecoding.AnnealedMean(
                engine.Run(lightness_B1HW).Logits_BQhw,
                Model.Networks.ColorizationNetwork.BinColors_2Q(model.Tensors, CPU),
                temperature
            );
    }

    private static (double Torch, double Onnx) Times(ModelSource model, IInferenceEngine onnx, Precision precision, int threads)
    {
        using var scope = NewDisposeScope();
        using var libTorch = Torch(model, ConvolutionRoute.Native, precision, threads);
        var lightness_B1HW = Scene(1, SpeedSide);
        double torchBest = double.MaxValue,
            onnxBest = double.MaxValue;
        var clock = Stopwatch.StartNew();
        // The first round, which compiles kernels, does not count.
        for (var round = -1; round < Rounds && (round < 1 || clock.Elapsed < Budget); round++)
        {
            var torchTime = Time(libTorch, lightness_B1HW);
            var onnxTime = Time(onnx, lightness_B1HW);
            if (round < 0)
                continue;
            torchBest = Math.Min(torchBest, torchTime);
            onnxBest = Math.Min(onnxBest, onnxTime);
        }

        return (torchBest, onnxBest);
    }

    private static double Time(IInferenceEngine engine, Tensor lightness_B1HW)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        engine.Run(lightness_B1HW);
        return clock.Elapsed.TotalSeconds;
    }

    private static TorchEngine Torch(ModelSource model, ConvolutionRoute route, Precision precision, int threads) =>
        new(model.Network, model.Tensors, new ComputeSettings(CPU, precision, new ConvolutionPlan(_ => route), threads));

    /// <summary>Something like a photograph: a sky, a dark ground with texture, and a disk with hard edges.</summary>
    /// <returns>float32 [batch, 1, side, side], 0..100.</returns>
    private static Tensor Scene(int batch, int side)
    {
        var lightness = new float[batch * side * side];
        for (var i = 0; i < lightness.Length; i++)
        {
            int picture = i / (side * side),
                y = i / side % side,
                x = i % side;
            var fromCentre = double.Hypot(x - side * 0.4, y - side * (0.3 + 0.2 * picture)) / side;
            var noise = (i * 7919L + y * 104729L) % LevelsOfNoise;
            lightness[i] =
                fromCentre < 0.15 ? 90
                : y < side / 2 ? 85 - 30f * y / side
                : 20 + noise + 10f * x / side;
        }

        return tensor(lightness, [batch, 1, side, side]);
    }
}
