using ActorColorize.Actors.Inspection;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Imaging.Training;
using ActorColorize.Model.Color;
using ActorColorize.Model.Evaluation;
using Akka.Actor;
using TorchSharp;

namespace ActorColorize.Actors.Tests.Inspection;

[Collection(LibTorchCollection.Name)]
public sealed class InspectionActorTests : PatientTestKit, IDisposable
{
    private const int Side = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _root = Directory.CreateTempSubdirectory("actorcolorize-inspection-").FullName;

    public InspectionActorTests()
    {
        for (var i = 0; i < 12; i++)
            PatchworkPicture.Draw(At("train", i % 3 == 0 ? "hall" : "street", $"{i:D2}.jpg"), i, 90, 60);
        for (var i = 0; i < 4; i++)
            PatchworkPicture.Draw(At("val", "street", $"{i:D2}.jpg"), 100 + i, 60, 80);
    }

    [Fact]
    public void Pictures_categories_and_sizes_are_counted_split_by_split()
    {
        var found = Inspect();

        Assert.Equal([("train", 12, 12), ("val", 4, 4)], found.Splits.Select(static split => (split.Name, split.Pictures, split.Usable)));
        Assert.Equal(
            [("hall", "4 0"), ("street", "8 4")],
            found.Categories.Select(static category => (category.Name, string.Join(' ', category.Counts)))
        );
        Assert.Equal([(90, 60, 12), (60, 80, 4)], found.Sizes!.Most.Select(static size => (size.Width, size.Height, size.Pictures)));
        Assert.Equal((60, 90, 90), (found.Sizes.Width.Least, found.Sizes.Width.Median, found.Sizes.Width.Most));
        Assert.Equal(16, found.Colorfulness!.Histogram.Counts.Sum());
        Assert.Empty(found.Duplicates);
        Assert.Empty(found.Unreadable);
        Assert.Empty(found.Monochrome);
    }

    [Fact]
    public void Grey_and_unreadable_pictures_are_named_and_do_not_count_as_colours()
    {
        DrawnDataset.Draw(At("train", "hall", "grey.jpg"), 5, 50, 50, grey: true);
        File.WriteAllText(At("train", "hall", "letter.jpg"), "dear reader");

        var found = Inspect();

        Assert.Equal(
            (14, 1, 1, 12),
            (found.Splits[0].Pictures, found.Splits[0].Monochrome, found.Splits[0].Unreadable, found.Splits[0].Usable)
        );
        Assert.Equal("train/hall/grey.jpg", Assert.Single(found.Monochrome).Path);
        var unreadable = Assert.Single(found.Unreadable);
        Assert.Equal(("train", "train/hall/letter.jpg"), (unreadable.Split, unreadable.Path));
        Assert.DoesNotContain(_root, unreadable.Reason, StringComparison.Ordinal);
        Assert.All(found.Colors.Priors, static entry => Assert.Equal(12L * Side * Side, entry.Prior.TotalPixels));
    }

    [Fact]
    public void Copies_and_other_versions_are_found_also_between_splits()
    {
        File.Copy(At("train", "hall", "00.jpg"), At("val", "street", "copy.jpg"));
        PatchworkPicture.Draw(At("train", "street", "large.jpg"), 1, 180, 120, quality: 60);

        var found = Inspect();

        Assert.Equal(
            [(true, true, "train/hall/00.jpg val/street/copy.jpg"), (false, false, "train/street/01.jpg train/street/large.jpg")],
            found.Duplicates.Select(static group =>
                (group.IsExact, group.SpansSplits, string.Join(' ', group.Pictures.Select(static picture => picture.Path)))
            )
        );
        Assert.Same(found.Duplicates[0], Assert.Single(found.Leaks));
    }

    [Fact]
    public void Copies_of_which_one_is_another_version_are_one_group_that_is_not_of_one_file()
    {
        for (var i = 0; i < 5; i++)
            File.Copy(At("train", "hall", "00.jpg"), At("train", "street", $"copy {i}.jpg"));
        PatchworkPicture.Draw(At("train", "street", "large.jpg"), 0, 180, 120, quality: 60);

        var group = Assert.Single(Inspect(parallelism: 3).Duplicates);

        Assert.Equal((7, false, false), (group.Pictures.Count, group.IsExact, group.SpansSplits));
    }

    [Fact]
    public void Colours_and_colourfulness_are_those_that_training_and_evaluation_count()
    {
        var found = Inspect();

        var train = DatasetLayout.Open(_root, "train");
        using var decoder = new TrainingPictureDecoder();
        var rgb_HWC = new byte[Side * Side * 3];
        var expected = new long[ColorBins.InGamut313.Count];
        var colorfulness = new List<double>();
        using var scope = torch.NewDisposeScope();
        for (var item = 0; item < train.Count; item++)
        {
            decoder.Decode(train.FullPath(item), Side, Augmentation.None, rgb_HWC);
            var rgb_BHWC = torch.tensor(rgb_HWC).view(1, Side, Side, 3);
            var bins = ColorBins.InGamut313.IndexOf(LabColor.FromSrgb(rgb_BHWC).narrow(1, 1, 2)).view(-1).data<long>();
            foreach (var bin in bins)
                expected[bin]++;
            colorfulness.Add(PictureQuality.Colorfulness(rgb_BHWC.permute(0, 3, 1, 2).to(torch.ScalarType.Float32)).item<double>());
        }

        Assert.Equal(expected, found.Colors.Priors.Single(static entry => entry.Bins == ColorBins.InGamut313).Prior.Counts);
        Assert.Equal(324, found.Colors.Priors[0].Prior.Counts.Length);
        var measured = found
            .Colorfulness!.Highest.Where(static picture => picture.Split == "train")
            .Select(static picture => picture.Colorfulness)
            .ToList();
        Assert.Equal(12, measured.Count);
        foreach (var (of, actual) in colorfulness.OrderDescending().Zip(measured))
            Assert.Equal(of, actual, 1e-3);
    }

    [Fact]
    public void The_result_does_not_depend_on_how_many_work_at_it()
    {
        File.Copy(At("train", "hall", "00.jpg"), At("val", "street", "copy.jpg"));

        var (one, four) = (Inspect(parallelism: 1), Inspect(parallelism: 4));

        Assert.Equal(one.Colors.Priors[1].Prior.Counts, four.Colors.Priors[1].Prior.Counts);
        Assert.Equal(one.Colorfulness!.Highest, four.Colorfulness!.Highest);
        Assert.Equal(one.Duplicates.Select(static group => group.Pictures), four.Duplicates.Select(static group => group.Pictures));
    }

    [Fact]
    public void Progress_reaches_the_number_of_pictures()
    {
        Inspect(out var progress);

        Assert.Contains(new InspectionEvents.Progressed("looking at pictures", 16, 16), progress);
        Assert.Contains(progress, static moved => moved.What == "searching for look-alikes");
    }

    [Fact]
    public void A_second_inspection_at_the_same_time_is_refused_and_one_after_it_is_not()
    {
        var actor = Actor(1);
        var splits = DatasetLayout.OpenAll(_root);
        var second = CreateTestProbe();

        actor.Tell(new InspectionCommands.Inspect(splits, TestActor));
        actor.Tell(new InspectionCommands.Inspect(splits, second.Ref));

        Assert.IsType<InvalidOperationException>(second.ExpectMsg<InspectionEvents.Failed>(Patience).Cause);
        FishForMessage<InspectionEvents.Inspected>(static _ => true, Patience);
        actor.Tell(new InspectionCommands.Inspect(splits, second.Ref));
        second.FishForMessage(static message => message is InspectionEvents.Inspected, Patience);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private DatasetFindings Inspect(int parallelism = 2) => Inspect(out _, parallelism);

    private DatasetFindings Inspect(out List<InspectionEvents.Progressed> progress, int parallelism = 2)
    {
        Actor(parallelism).Tell(new InspectionCommands.Inspect(DatasetLayout.OpenAll(_root), TestActor));
        var moved = progress = [];
        while (true)
        {
            switch (ExpectMsg<object>(Patience))
            {
                case InspectionEvents.Progressed step:
                    moved.Add(step);
                    break;
                case InspectionEvents.Inspected inspected:
                    return inspected.Findings;
                case var other:
                    throw new InvalidOperationException($"unexpected answer: {other}");
            }
        }
    }

    private IActorRef Actor(int parallelism) =>
        Sys.ActorOf(
            Props.Create(() =>
                new InspectionActor(
                    new InspectionSettings
                    {
                        Side = Side,
                        PicturesAtOnce = 3,
                        Parallelism = parallelism,
                    }
                )
            )
        );

    private string At(params string[] names) => Path.Combine([_root, .. names]);
}
