using ActorColorize.Actors.Device;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Data.Datasets;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using Akka.Actor;
using Akka.Configuration;
using TorchSharp;

namespace ActorColorize.Actors.Tests.Gpu;

/// <summary>
/// Models measured by the device's actors. They are untrained, and read with temperature 0 they are colourful and nearly always wrong.
/// </summary>
[Collection(LibTorchCollection.Name)]
public sealed class EvaluationTests : PatientTestKit, IDisposable
{
    private const int Side = 32;
    private static readonly Decoding Bold = new(0);

    private readonly DrawnDataset _data = new(training: 6, validation: 8);
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-evaluation-").FullName;
    private readonly IActorRef _device;

    public EvaluationTests()
        : base(ConfigurationFactory.ParseString(AkkaHocon.Dispatchers))
    {
        for (var i = 0; i < 3; i++)
            DrawnDataset.Draw(Path.Combine(_data.Root, "val", "towns", $"{i}.jpg"), 200 + i, Side, Side);
        DrawnDataset.Draw(Path.Combine(_data.Root, "train", "towns", "0.jpg"), 300, Side, Side);
        var settings = new DeviceSupervisorSettings(new DeviceSettings(DeviceChoice.Resolve("cpu"), Precision.Fp32, 1));
        var metrics = CreateTestProbe();
        _device = Sys.ActorOf(Props.Create(() => new DeviceSupervisor(settings, metrics.Ref, ActorRefs.Nobody)));
    }

    [Fact]
    public void Two_models_are_measured_in_one_pass_and_few_pictures_are_returned()
    {
        File.WriteAllText(Path.Combine(_data.Root, "val", "scenes", "torn.jpg"), "no picture");
        var pictures = DatasetLayout.Open(_data.Root, "val");

        var evaluated = Evaluate(
            pictures,
            new PictureSelection(4, 24, 3, RankingMeasure.Ciede2000),
            [],
            new EvaluatedModel(Model(scenes: 2), Bold, 1),
            new EvaluatedModel(Model(scenes: 5), Bold, 0)
        );

        var report = evaluated.Report;
        Assert.Equal(11, report.Pictures);
        Assert.EndsWith("scenes/torn.jpg", evaluated.Unreadable.Single().Path, StringComparison.Ordinal);
        Assert.Equal(report.Grey.Measures.Auc, report.Other!.Measures.Auc, 1e-9); // without saturation nothing is left but grey
        Assert.NotEqual(report.Grey.Measures.Auc, report.Model.Measures.Auc, 1e-3);
        Assert.Equal([8, 3], report.ByCategory.Select(static category => category.Pictures));
        Assert.Equal(
            Enumerable.Range(0, 12).Where(item => !pictures.RelativePath(item).EndsWith("torn.jpg", StringComparison.Ordinal)),
            evaluated.Pictures.PositionsInOrderOfTheSet().Select(position => evaluated.Pictures.Items[position])
        );

        var ranks = evaluated.Pictures.Models[0].Select(static picture => picture.Ciede2000).ToList();
        Assert.Equal(ranks.Order().Take(4), evaluated.Best.Select(picture => ranks[picture.Position]));
        // Half of twelve: none is among best and worst
        Assert.Equal(ranks.OrderDescending().Take(6), evaluated.Worst.Select(picture => ranks[picture.Position]));
        var gallery = new[] { 2, 6, 10 }.Where(item => evaluated.Pictures.Items.Contains(item)).ToList();
        Assert.Equal(gallery, evaluated.Gallery.Select(picture => evaluated.Pictures.Items[picture.Position]));
        Assert.All(evaluated.Best.Concat(evaluated.Gallery), static picture =>
        {
            Assert.Equal(2, picture.Painted_MHWC.Count);
            Assert.All([picture.Truth_HWC, picture.Grey_HWC, .. picture.Painted_MHWC], static rgb =>
                Assert.Equal(Side * Side * 3, rgb.Length)
            );
            Assert.Equal(picture.Grey_HWC, picture.Painted_MHWC[1]);
            Assert.NotEqual(picture.Grey_HWC, picture.Painted_MHWC[0]);
        });
    }

    [Fact]
    public void Scenes_are_counted_where_the_head_knows_as_many_as_the_data_has()
    {
        var pictures = DatasetLayout.Open(_data.Root, "val");

        var evaluated = Evaluate(
            pictures,
            PictureSelection.None,
            [],
            new EvaluatedModel(Model(scenes: 2), Bold, 1),
            new EvaluatedModel(Model(scenes: 5), Bold, 1)
        );

        var scenes = evaluated.Pictures.Scenes[0]!;
        var right = Enumerable.Range(0, 11).Count(position => scenes[position] == pictures.Label(evaluated.Pictures.Items[position]));
        Assert.Equal((11, right), (evaluated.Report.Model.Scenes!.Labelled, evaluated.Report.Model.Scenes.Right));
        Assert.Equal(right, evaluated.Report.ByCategory.Sum(static category => category.Scenes[0]!.Right));
        Assert.Null(evaluated.Report.Other!.Scenes);
        Assert.Null(evaluated.Pictures.Scenes[1]);
    }

    [Fact]
    public void A_model_is_measured_beside_itself_on_the_same_pictures_as_old_photographs()
    {
        var pictures = DatasetLayout.Open(_data.Root, "val");
        var clean = new EvaluatedModel(Model(), Bold, 1);

        var first = Evaluate(pictures, PictureSelection.None, [], clean, clean with { IsAged = true });
        var second = Evaluate(pictures, PictureSelection.None, [], clean, clean with { IsAged = true });
        var alone = Evaluate(pictures, PictureSelection.None, [], clean);

        Assert.Equal(alone.Report.Model.Measures, first.Report.Model.Measures);
        Assert.NotEqual(first.Report.Model.Measures, first.Report.Other!.Measures);
        Assert.Equal(first.Report.Other.Measures, second.Report.Other!.Measures);
    }

    [Fact]
    public void The_same_command_gives_the_same_figures_and_the_frontier_holds_the_way_that_is_used()
    {
        var pictures = DatasetLayout.Open(_data.Root, "val");
        var model = new EvaluatedModel(Model(), new Decoding(0.1), 1);

        var first = Evaluate(pictures, PictureSelection.None, [new Decoding(1), model.Decoding], model);
        var second = Evaluate(pictures, PictureSelection.None, [], model);

        Assert.Equal(first.Report.Model.Measures, second.Report.Model.Measures);
        Assert.Equal(first.Report.Random!.Measures, second.Report.Random!.Measures);
        Assert.Equal(first.Pictures.Items, second.Pictures.Items);
        Assert.Equal(first.Report.Model.Measures.AucRebalanced, first.Frontier[1].AucRebalanced, 1e-4);
        Assert.Empty(second.Frontier);
        Assert.Empty(first.Best.Concat(first.Worst).Concat(first.Gallery));
    }

    [Fact]
    public void A_model_that_is_not_there_is_refused_by_its_name_and_the_device_goes_on()
    {
        var pictures = DatasetLayout.Open(_data.Root, "val");
        var model = new EvaluatedModel(Model(), Bold, 1);
        _device.Tell(
            Command(pictures, PictureSelection.None, [], model, model with { Path = Path.Combine(_scratch, "nowhere") }),
            TestActor
        );

        Assert.Contains("nowhere", ExpectMsg<GpuEvents.ModelRefused>(Patience).Path, StringComparison.Ordinal);
        Assert.Equal(11, Evaluate(pictures, PictureSelection.None, [], model).Report.Pictures);
    }

    [Theory]
    [InlineData(4, 100, new[] { 12, 37, 62, 87 })]
    [InlineData(5, 3, new[] { 0, 1, 2 })]
    [InlineData(0, 3, new int[0])]
    public void The_gallery_is_spread_evenly(int gallery, int count, int[] items) =>
        Assert.Equal(items, new PictureSelection(0, 0, gallery, RankingMeasure.Psnr).GalleryItems(count));

    void IDisposable.Dispose()
    {
        Dispose();
        _data.Dispose();
        Directory.Delete(_scratch, recursive: true);
    }

    private static TimeSpan Patience => TimeSpan.FromMinutes(5);

    private string Model(int scenes = 0)
    {
        var shape = new NetworkShape(ColorBins.Grid18.Count, [16, 16, 16, 16, 16, 16, 16, 16], [1, 1, 1, 1, 1, 1, 1, 1], scenes);
        var path = Path.Combine(_scratch, $"{scenes}.safetensors");
        using var network = new ColorizationNetwork(
            shape,
            ColorBins.Grid18,
            seed: 5,
            new ComputeSettings(torch.CPU, Precision.Fp32, ConvolutionPlan.Unchecked, 1)
        );
        using var file = File.Create(path);
        SafeTensors.Write(file, network.Save(), ModelMetadata.Of(shape, colors: null));
        return path;
    }

    private GpuEvents.Evaluated Evaluate(PictureSet pictures, PictureSelection show, Decoding[] frontier, params EvaluatedModel[] models)
    {
        _device.Tell(Command(pictures, show, frontier, models), TestActor);
        return (GpuEvents.Evaluated)FishForMessage(static message => message is GpuEvents.Evaluated, Patience);
    }

    private GpuCommands.Evaluate Command(PictureSet pictures, PictureSelection show, Decoding[] frontier, params EvaluatedModel[] models) =>
        new(models, pictures, DatasetLayout.Open(_data.Root, "train"), 4, Side, frontier, show, TestActor);
}
