using System.Text.Json;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Networks;

[Collection(LibTorchSerially.Name)]
public sealed class ColorizationNetworkTests
{
    private static readonly NetworkShape Narrow = Sessions.Narrow.Network.Shape(324);

    /// <summary>Expected numbers: PyTorch in double precision, by scripts/make_fixtures.py.</summary>
    [Fact]
    public void The_forward_pass_agrees_with_PyTorch()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes("Fixtures/network.json"));
        var expected = fixture
            .RootElement.GetProperty("evaluation")
            .GetProperty("logits")
            .EnumerateArray()
            .Select(static v => v.GetDouble())
            .ToArray();
        using var network = new ColorizationNetwork(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());

        var logits = Forward(network, FormulaNumbers.Pictures(4, 32), 4, 32);

        Assert.Equal(4 * 324 * 8 * 8, logits.Length);
        Assert.True(Accuracy.RelativeDistance(expected, Accuracy.Sample(logits)) < Accuracy.Forward);
    }

    /// <summary>Expected numbers: PyTorch in double precision, by scripts/make_residual_fixture.py.</summary>
    [Fact]
    public void The_forward_pass_of_a_residual_network_agrees_with_PyTorch()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes("Fixtures/residual.json"));
        var expected = fixture.RootElement.GetProperty("logits").EnumerateArray().Select(static v => v.GetDouble()).ToArray();
        var shape = (Sessions.Narrow.Network with { Residual = true }).Shape(324);
        using var network = new ColorizationNetwork(shape, FormulaNumbers.State(shape), Sessions.Cpu());

        var logits = Forward(network, FormulaNumbers.Pictures(4, 32), 4, 32);

        Assert.True(Accuracy.RelativeDistance(expected, Accuracy.Sample(logits)) < Accuracy.Forward);
    }

    [Theory]
    [InlineData(ConvolutionRoute.ChannelsLast)]
    [InlineData(ConvolutionRoute.Fp32)]
    [InlineData(ConvolutionRoute.WithoutOneDnn)]
    public void Every_route_computes_the_same_network(ConvolutionRoute route)
    {
        var pictures = FormulaNumbers.Pictures(2, 32);
        using var native = new ColorizationNetwork(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu());
        using var routed = new ColorizationNetwork(
            Narrow,
            FormulaNumbers.State(Narrow),
            Sessions.Cpu() with
            {
                Plan = new ConvolutionPlan(_ => route),
            }
        );
        var expected = Array.ConvertAll(Forward(native, pictures, 2, 32), static v => (double)v);
        var actual = Array.ConvertAll(Forward(routed, pictures, 2, 32), static v => (double)v);
        Assert.True(Accuracy.RelativeDistance(expected, actual) < 2 * Accuracy.Forward); // both are rounded
    }

    [Fact]
    public void The_plan_gets_every_convolution_in_the_current_mode()
    {
        var seen = new List<ConvolutionKey>();
        var plan = new ConvolutionPlan(key =>
        {
            seen.Add(key);
            return ConvolutionRoute.Native;
        });
        using var network = new ColorizationNetwork(Narrow, FormulaNumbers.State(Narrow), Sessions.Cpu() with { Plan = plan });
        network.eval();
        var announced = network.ConvolutionKeys(2, 32, 48);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        network.call(zeros(2, 1, 32, 48)).Dispose();

        Assert.Equal(announced, seen);
        Assert.All(seen, static key => Assert.False(key.NeedsGradient));
        Assert.Contains(new ConvolutionKey(2, 32, 4, 6, 16, 4, 2, 1, 1, Transposed: true, Precision.Fp32, NeedsGradient: false), seen);
        Assert.Contains(new ConvolutionKey(2, 16, 4, 6, 16, 3, 1, 2, 2, Transposed: false, Precision.Fp32, NeedsGradient: false), seen);
        network.train();
        Assert.All(network.ConvolutionKeys(2, 32, 48), static key => Assert.True(key.NeedsGradient));
    }

    [Fact]
    public void Starting_weights_depend_on_the_seed_alone()
    {
        manual_seed(1);
        using var first = new ColorizationNetwork(Narrow, ColorBins.Grid18, 42, Sessions.Cpu());
        manual_seed(2);
        using var second = new ColorizationNetwork(Narrow, ColorBins.Grid18, 42, Sessions.Cpu());
        using var other = new ColorizationNetwork(Narrow, ColorBins.Grid18, 43, Sessions.Cpu());
        Assert.Equal(Weights(first, "model4.2.weight"), Weights(second, "model4.2.weight"));
        Assert.NotEqual(Weights(first, "model4.2.weight"), Weights(other, "model4.2.weight"));
        Assert.NotEqual(Weights(first, "model4.2.weight"), Weights(first, "model4.4.weight"));
    }

    /// <summary>He et al. 2015: variance 2 / fan-in, here 2 / (16·9).</summary>
    [Fact]
    public void Starting_weights_have_the_variance_of_He_and_model_out_holds_the_bins()
    {
        using var network = new ColorizationNetwork(Narrow, ColorBins.Grid18, 42, Sessions.Cpu());
        var weights = Weights(network, "model6.2.weight");
        Assert.Equal(0, weights.Average(), 0.01);
        Assert.Equal(2.0 / (16 * 9), weights.Average(static w => (double)w * w), 2.0 / (16 * 9) * 0.1);
        var output = Weights(network, "model_out.weight");
        for (var bin = 0; bin < 324; bin++)
        {
            Assert.Equal(ColorBins.Grid18.Centers[bin, 0] / 110, output[bin], 1e-6);
            Assert.Equal(ColorBins.Grid18.Centers[bin, 1] / 110, output[324 + bin], 1e-6);
        }
    }

    [Fact]
    public void A_saved_state_is_loaded_bit_exactly()
    {
        var state = FormulaNumbers.State(Narrow);
        using var network = new ColorizationNetwork(Narrow, state, Sessions.Cpu());
        var saved = network.Save();
        Assert.Equal(state.Select(static t => t.Name), saved.Select(static t => t.Name));
        foreach (var (expected, actual) in state.Zip(saved))
            Assert.Equal(expected.Data, actual.Data);
    }

    [Fact]
    public void Weights_without_batch_counters_are_accepted()
    {
        var state = FormulaNumbers.State(Narrow).Where(static t => t.Type != TensorType.Int64).ToList();
        using var network = new ColorizationNetwork(Narrow, state, Sessions.Cpu());
        Assert.Equal(0, network.BatchesTracked);
    }

    [Fact]
    public void Weights_of_another_network_are_refused_by_name_and_change_nothing()
    {
        var state = FormulaNumbers.State(Narrow);
        using var network = new ColorizationNetwork(Narrow, ColorBins.Grid18, 7, Sessions.Cpu());
        var before = network.Save();

        Assert.Contains(
            "model8.6.bias is missing",
            Refusal(network, [.. state.Where(static t => t.Name != "model8.6.bias")]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "model1.0.weight is Float32 [1]",
            Refusal(network, [.. state.Skip(1), new HostTensor("model1.0.weight", TensorType.Float32, [1], new byte[4])]),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "model9.0.weight is not part",
            Refusal(network, [.. state, new HostTensor("model9.0.weight", TensorType.Float32, [1], new byte[4])]),
            StringComparison.Ordinal
        );
        Assert.Contains("twice", Refusal(network, [.. state, state[0]]), StringComparison.Ordinal);
        Assert.Contains(
            "expected a float",
            Refusal(network, [.. state.Skip(1), state[0] with { Type = TensorType.UInt8 }]),
            StringComparison.Ordinal
        );
        Assert.Contains("bytes", Refusal(network, [.. state.Skip(1), state[0] with { Data = [1, 2, 3] }]), StringComparison.Ordinal);
        foreach (var (expected, actual) in before.Zip(network.Save()))
            Assert.Equal(expected.Data, actual.Data);
    }

    [Fact]
    public void Sides_that_do_not_fit_are_refused_before_any_native_call()
    {
        using var network = new ColorizationNetwork(Narrow, ColorBins.Grid18, 7, Sessions.Cpu());
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => network.call(zeros(1, 1, 30, 32)));
        Assert.Throws<ArgumentException>(() => network.call(zeros(1, 3, 32, 32)));
        Assert.Throws<ArgumentException>(() => network.call(zeros([1, 1, 32, 32], dtype: ScalarType.Float64)));
    }

    [Fact]
    public void A_network_leaks_no_tensors()
    {
        var before = LiveTensors.Count();
        int parameters;
        using (var scope = NewDisposeScope())
        {
            using var network = new ColorizationNetwork(Narrow, ColorBins.Grid18, 7, Sessions.Cpu());
            parameters = network.parameters().Count();
            network.call(zeros(1, 1, 16, 16)).Dispose();
            network.Save();
        }

        // TorchSharp counts a tensor that became a parameter twice and takes only one off again; the memory is the one block of the
        // network's.
        Assert.Equal(before + parameters, LiveTensors.Count());
    }

    private static string Refusal(ColorizationNetwork network, IReadOnlyList<HostTensor> state) =>
        Assert.Throws<NetworkMismatchException>(() => network.Load(state)).Message;

    private static float[] Weights(ColorizationNetwork network, string name) => Sessions.Floats(network.Save(), name);

    private static float[] Forward(ColorizationNetwork network, byte[] rgb, int batch, int side)
    {
        network.eval();
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return network.call(LabColor.Lightness(tensor(rgb).view(batch, side, side, 3))).data<float>().ToArray();
    }
}
