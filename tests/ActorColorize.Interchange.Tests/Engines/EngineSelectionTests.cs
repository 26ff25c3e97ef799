using System.Text.Json.Nodes;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests;
using ActorColorize.Model.Tests.Checkpoints;

namespace ActorColorize.Interchange.Tests.Engines;

[Collection(LibTorchSerially.Name)]
public sealed class EngineSelectionTests : IDisposable
{
    private static readonly NetworkShape Narrow = Sessions.Narrow.Network.Shape(324);

    private readonly TemporaryFolder _folder = new();
    private readonly ModelSource _model = new("model", Narrow, FormulaNumbers.State(Narrow), null, []);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2.0, 1.0, 0.001, EngineChoice.Onnx, false)]
    [InlineData(1.06, 1.0, 0.05, EngineChoice.Onnx, false)]
    [InlineData(1.04, 1.0, 0.001, EngineChoice.Torch, false)]
    [InlineData(0.5, 1.0, 0.001, EngineChoice.Torch, false)]
    [InlineData(2.0, 1.0, 0.051, EngineChoice.Torch, true)]
    [InlineData(2.0, 1.0, double.NaN, EngineChoice.Torch, true)]
    [InlineData(0.0, 0.0, 0.001, EngineChoice.Torch, false)]
    public void Onnx_is_chosen_where_it_is_faster_and_agrees(
        double torchSeconds,
        double onnxSeconds,
        double difference,
        EngineChoice expected,
        bool isProblem
    )
    {
        var decision = EngineSelection.Choose(new EngineVerdict(torchSeconds, onnxSeconds, difference));

        Assert.Equal(expected, decision.Engine);
        Assert.Equal(isProblem, decision.Problem is not null);
        Assert.Equal(difference, decision.Difference);
        Assert.DoesNotContain('\n', decision.Reason + decision.Problem);
    }

    [Fact]
    public void Both_engines_are_measured_once_and_the_measurement_is_kept()
    {
        var first = Decide(EngineChoice.Auto);

        Assert.InRange(first.Difference!.Value, 0, 1e-3);
        Assert.InRange(first.Ratio!.Value, double.Epsilon, double.MaxValue); // a time; beside other tests it may be any
        Assert.Null(first.Problem);
        Assert.Single(Kept());
        Assert.Equal(first, Decide(EngineChoice.Auto));
    }

    [Theory]
    [InlineData(9, EngineChoice.Onnx)]
    [InlineData(1, EngineChoice.Torch)]
    public void What_was_measured_before_decides(double torchSeconds, EngineChoice expected)
    {
        Decide(EngineChoice.Auto);
        Replace(verdict => (verdict["torchSeconds"], verdict["onnxSeconds"]) = (torchSeconds, 3));

        Assert.Equal(expected, Decide(EngineChoice.Auto).Engine);
        var (engine, decision) = EngineSelection.Open(EngineChoice.Auto, _model, Sessions.Cpu(), _folder.Path);
        using (engine)
            Assert.Equal((expected, expected.Word()), (decision.Engine, engine.Name));
    }

    [Fact]
    public void A_network_whose_colours_differed_runs_in_LibTorch_with_one_line_that_says_so()
    {
        Decide(EngineChoice.Auto);
        Replace(static verdict => (verdict["torchSeconds"], verdict["onnxSeconds"], verdict["difference"]) = (9, 3, 0.2));

        var (engine, decision) = EngineSelection.Open(EngineChoice.Auto, _model, Sessions.Cpu(), _folder.Path);
        engine.Dispose();

        Assert.IsType<TorchEngine>(engine);
        Assert.Contains("differ by 0.2, more than 0.05", decision.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_weights_temperatures_precisions_and_threads_are_measured_for_themselves()
    {
        Decide(EngineChoice.Auto);
        var tensors = _model.Tensors.ToArray();
        tensors[0] = tensors[0] with { Data = [.. tensors[0].Data.Reverse()] };

        Decide(EngineChoice.Auto, _model with { Tensors = tensors });
        Decide(EngineChoice.Auto, _model with { Defaults = ModelDefaults.Published });
        EngineSelection.Decide(EngineChoice.Auto, _model, "cpu", Precision.Bf16, LibTorchFixture.Threads, _folder.Path);
        EngineSelection.Decide(EngineChoice.Auto, _model, "cpu", Precision.Fp32, 1, _folder.Path);

        Assert.Equal(5, Kept().Length);
    }

    [Fact]
    public void A_damaged_measurement_is_made_again()
    {
        var first = Decide(EngineChoice.Auto);
        File.WriteAllText(Assert.Single(Kept()), "{");

        Assert.NotNull(Decide(EngineChoice.Auto).Ratio);
        var again = Decide(EngineChoice.Auto);
        Assert.Equal(again, Decide(EngineChoice.Auto));
        Assert.Equal(first.Difference, again.Difference);
    }

    [Fact]
    public void The_first_of_two_processes_that_measure_at_once_decides_for_both()
    {
        var key = new EngineKey(1, "cpu", "flags", 2, "Fp32", "1", "2", "weights");
        var verdicts = new EngineVerdicts(_folder.Path);
        var first = new EngineVerdict(1, 2, 0.5);

        Assert.Equal(first, verdicts.Keep(key, first));
        Assert.Equal(first, new EngineVerdicts(_folder.Path).Keep(key, new EngineVerdict(2, 1, 0)));
        Assert.Equal(first, verdicts.Find(key));
        Assert.Null(verdicts.Find(key with { Threads = 3 }));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void The_number_of_files_is_bounded()
    {
        var verdicts = new EngineVerdicts(_folder.Path);
        for (var i = 0; i < EngineVerdicts.MostFiles + 3; i++)
            verdicts.Keep(new EngineKey(1, "cpu", "flags", i, "Fp32", "1", "2", "weights"), new EngineVerdict(1, 1, 0));

        Assert.Equal(EngineVerdicts.MostFiles, Kept().Length);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_only_time()
    {
        var file = _folder.File("file");
        File.WriteAllText(file, "");

        var decision = EngineSelection.Decide(EngineChoice.Auto, _model, "cpu", Precision.Fp32, LibTorchFixture.Threads, file);

        Assert.NotNull(decision.Ratio);
        Assert.Null(decision.Problem);
    }

    [Fact]
    public void A_requested_engine_is_not_measured()
    {
        Assert.Equal(new EngineDecision(EngineChoice.Onnx, "requested"), Decide(EngineChoice.Onnx));
        Assert.Equal(new EngineDecision(EngineChoice.Torch, "requested"), Decide(EngineChoice.Torch));
        Assert.Empty(Kept());
    }

    [Fact]
    public void A_CUDA_device_has_LibTorch_and_refuses_onnx()
    {
        var decision = EngineSelection.Decide(EngineChoice.Auto, _model, "cuda:1", Precision.Bf16, 1, _folder.Path);

        Assert.Equal((EngineChoice.Torch, null), (decision.Engine, decision.Problem));
        var refusal = Assert.Throws<DeviceException>(() =>
            EngineSelection.Decide(EngineChoice.Onnx, _model, "cuda:1", Precision.Bf16, 1, _folder.Path)
        );
        Assert.Contains("cuda:1", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Kept());
    }

    private EngineDecision Decide(EngineChoice requested, ModelSource? model = null) =>
        EngineSelection.Decide(requested, model ?? _model, "cpu", Precision.Fp32, LibTorchFixture.Threads, _folder.Path);

    private string[] Kept() => Directory.GetFiles(_folder.Path, "engine-*.json");

    private void Replace(Action<JsonNode> change)
    {
        var path = Assert.Single(Kept());
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        change(file["verdict"]!);
        File.WriteAllText(path, file.ToJsonString());
    }
}
