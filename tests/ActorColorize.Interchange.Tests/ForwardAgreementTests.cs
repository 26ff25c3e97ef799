using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests;
using ActorColorize.Model.Tests.Checkpoints;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;

namespace ActorColorize.Interchange.Tests;

/// <summary>An imported network gives the colours that PyTorch gives, here and in ONNX Runtime, on photographs.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class ForwardAgreementTests : IDisposable
{
    private const double Tolerance = 1e-3; // of a and b, whose unit the eye just sees

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pth_of_313_bins_gives_the_colours_that_PyTorch_gives()
    {
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));

        Assert.Equal(313, model.Network.Bins);
        Assert.Equal(ModelDefaults.Published, model.Defaults);
        AssertClose(InterchangeFixtures.Ab, Ours(model, 1));
    }

    [Theory]
    [InlineData(ModelFormat.SafeTensors)]
    [InlineData(ModelFormat.PyTorch)]
    public void Exported_and_read_again_it_gives_the_same(ModelFormat format)
    {
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        var path = _folder.File("again" + ModelExport.EndingOf(format));
        ModelExport.Write(model, model.Defaults, format, path);

        var again = ModelLocator.Resolve(path);

        Assert.Equal(model.Defaults, again.Defaults);
        TestCheckpoints.AssertSame(model.Tensors, again.Tensors);
        Assert.Equal(Ours(model, 1), Ours(again, 1));
    }

    [Theory]
    [InlineData(ModelFormat.PyTorch)]
    [InlineData(ModelFormat.Onnx)]
    public void The_temperature_of_a_trained_network_is_folded_into_its_weights(ModelFormat format)
    {
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        var path = _folder.File("folded" + ModelExport.EndingOf(format));
        ModelExport.Write(model, ModelDefaults.Unknown, format, path);

        var expected = Ours(model, 0.38);
        AssertClose(expected, format == ModelFormat.Onnx ? OnnxRuntimes(path) : Ours(ModelLocator.Resolve(path), 1));
        Assert.True(MaxDifference(expected, Ours(model, 1)) > 1); // so that the test could fail
    }

    [Fact]
    public void Onnx_runtime_gives_the_colours_that_PyTorch_gives()
    {
        var path = _folder.File("model.onnx");
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        ModelExport.Write(model, model.Defaults, ModelFormat.Onnx, path);

        AssertClose(InterchangeFixtures.Ab, OnnxRuntimes(path));
    }

    [Fact]
    public void An_onnx_model_takes_any_batch_and_any_sides_that_are_multiples_of_8()
    {
        var path = _folder.File("model.onnx");
        var model = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        ModelExport.Write(model, model.Defaults, ModelFormat.Onnx, path);
        using var session = Session(path);

        foreach (var (batch, height, width) in (ReadOnlySpan<(int, int, int)>)[(1, 8, 8), (3, 8, 40), (1, 56, 24)])
        {
            using var results = session.Run([
                NamedOnnxValue.CreateFromTensor("L", new DenseTensor<float>(new float[batch * height * width], [batch, 1, height, width])),
            ]);
            Assert.Equal([batch, 2, height, width], Assert.Single(results).AsTensor<float>().Dimensions.ToArray());
        }
    }

    [Theory]
    [InlineData(TensorType.Float16)]
    [InlineData(TensorType.BFloat16)]
    public void Half_precision_weights_export_to_onnx_widened(TensorType type)
    {
        var single = ModelLocator.Resolve(InterchangeFixtures.Path("narrow-seed7.pth"));
        var half = single with
        {
            Tensors = [.. single.Tensors.Select(tensor => tensor.Type == TensorType.Float32 ? Halved(tensor, type) : tensor)],
        };
        var path = _folder.File("half.onnx");
        ModelExport.Write(half, half.Defaults, ModelFormat.Onnx, path);

        AssertClose(Ours(half, 1), OnnxRuntimes(path));
    }

    [Theory]
    [InlineData(ModelFormat.SafeTensors)]
    [InlineData(ModelFormat.PyTorch)]
    [InlineData(ModelFormat.Onnx)]
    public void A_context_path_and_a_scene_head_are_exported_too(ModelFormat format)
    {
        var shape = new NetworkShape(313, [16, 16, 16, 16, 16, 32, 16, 16], [1, 1, 1, 1, 1, 1, 1, 1], scenes: 3, context: 8);
        var tensors = FormulaNumbers.State(shape);
        var model = new ModelSource("model", shape, tensors, null, []) { Defaults = ModelDefaults.Published };
        HostTensor[] silenced =
        [
            .. tensors.Select(static tensor =>
                tensor.Name.StartsWith("context.output", StringComparison.Ordinal)
                    ? tensor with
                    {
                        Data = new byte[tensor.Data.Length],
                    }
                    : tensor
            ),
        ];
        var path = _folder.File("model" + ModelExport.EndingOf(format));
        ModelExport.Write(model, model.Defaults, format, path);

        var expected = Ours(model, 1);
        AssertClose(expected, format == ModelFormat.Onnx ? OnnxRuntimes(path) : Ours(ModelLocator.Resolve(path), 1));
        // So that the test could fail.
        Assert.True(MaxDifference(expected, Ours(model with { Tensors = silenced }, 1)) > 10 * Tolerance);
    }

    [Theory]
    [InlineData(ModelFormat.SafeTensors)]
    [InlineData(ModelFormat.Onnx)]
    public void A_residual_network_is_exported_as_one(ModelFormat format)
    {
        var shape = NetworkShape.ForWidth(0.125, 313, residual: true);
        var model = new ModelSource("model", shape, FormulaNumbers.State(shape), null, []) { Defaults = ModelDefaults.Published };
        var path = _folder.File("model" + ModelExport.EndingOf(format));
        ModelExport.Write(model, model.Defaults, format, path);

        var expected = Ours(model, 1);
        AssertClose(expected, format == ModelFormat.Onnx ? OnnxRuntimes(path) : Ours(ModelLocator.Resolve(path), 1));
        Assert.True(MaxDifference(expected, Ours(model with { Network = NetworkShape.ForWidth(0.125, 313) }, 1)) > 10 * Tolerance);
    }

    [Fact]
    public void A_residual_network_is_not_written_for_PyTorch_code_that_adds_nothing()
    {
        var shape = NetworkShape.ForWidth(0.125, 313, residual: true);
        var model = new ModelSource("model", shape, FormulaNumbers.State(shape), null, []) { Defaults = ModelDefaults.Published };
        var path = _folder.File("model.pth");

        var refusal = Assert.Throws<CheckpointException>(() => ModelExport.Write(model, model.Defaults, ModelFormat.PyTorch, path));

        Assert.Contains("safetensors or onnx", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    private static HostTensor Halved(HostTensor tensor, TensorType type) =>
        tensor with
        {
            Type = type,
            Data =
            [
                .. Sessions
                    .Floats(tensor)
                    .SelectMany(value =>
                        type == TensorType.Float16 ? BitConverter.GetBytes((Half)value) : BitConverter.GetBytes(value)[2..]
                    ),
            ],
        };

    private static float[] Ours(ModelSource model, double temperature)
    {
        using var colorizer = new Colorizer(model.Network, model.Tensors, Sessions.Cpu(Precision.Fp32));
        var ab = colorizer.PredictAb(
            InterchangeFixtures.Rgb,
            InterchangeFixtures.Batch,
            InterchangeFixtures.Height,
            InterchangeFixtures.Width,
            new Decoding(temperature)
        );
        return AbUpsampling.Bilinear(
            ab,
            InterchangeFixtures.Batch,
            InterchangeFixtures.Height / 4,
            InterchangeFixtures.Width / 4,
            InterchangeFixtures.Height,
            InterchangeFixtures.Width
        );
    }

    private static float[] OnnxRuntimes(string path)
    {
        using var scope = NewDisposeScope();
        var rgb = tensor(InterchangeFixtures.Rgb).view(InterchangeFixtures.Batch, InterchangeFixtures.Height, InterchangeFixtures.Width, 3);
        var lightness = LabColor.Lightness(rgb).data<float>().ToArray();
        using var session = Session(path);
        using var results = session.Run([
            NamedOnnxValue.CreateFromTensor(
                "L",
                new DenseTensor<float>(lightness, [InterchangeFixtures.Batch, 1, InterchangeFixtures.Height, InterchangeFixtures.Width])
            ),
        ]);
        return [.. Assert.Single(results).AsEnumerable<float>()];
    }

    private static InferenceSession Session(string path)
    {
        OnnxRuntimeLibrary.EnsureLoaded(); // without telemetry
        return new InferenceSession(path);
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(MaxDifference(expected, actual), 0, Tolerance);
    }

    private static double MaxDifference(float[] expected, float[] actual) =>
        expected.Zip(actual, static (e, a) => Math.Abs((double)e - a)).Max();
}
