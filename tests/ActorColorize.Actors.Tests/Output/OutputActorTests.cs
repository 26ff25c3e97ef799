using ActorColorize.Actors.Device;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Actors.Tests.Pictures;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Output;

/// <summary>Finishing pictures: whatever goes wrong, each picture gets an answer, because its unit waits for it.</summary>
public sealed class OutputActorTests() : PatientTestKit(ConfigurationFactory.ParseString(AkkaHocon.DiskDispatcher))
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("actorcolorize-output-").FullName;

    [Fact]
    public void An_unexpected_exception_affects_one_picture_only_and_the_following_ones_are_finished()
    {
        var archive = Path.Combine(_scratch, "archive");
        foreach (var name in (string[])["first.jpg", "second.jpg"])
            DrawnDataset.Draw(Path.Combine(archive, name), 1, 64, 48, grey: true);
        var output = Sys.ActorOf(Props.Create(() => new OutputActor(new OutputSettings { Parallelism = 1 }, ActorRefs.Nobody)));

        output.Tell(Recompose(archive, 0, "first.jpg", float.NaN));
        output.Tell(Recompose(archive, 1, "second.jpg", 0));

        var first = Assert.IsType<ItemOutcome.Failed>(
            ExpectMsg<OutputEvents.PictureFinished>(finished => finished.Item.Number == 0).Outcome
        );
        Assert.Equal((FailureClass.Device, true), (first.Class, first.IsTransient));
        Assert.Contains("not finite", first.Reason, StringComparison.Ordinal);
        Assert.IsType<ItemOutcome.Done>(ExpectMsg<OutputEvents.PictureFinished>(finished => finished.Item.Number == 1).Outcome);
        Assert.Equal(["second.jpg"], Directory.EnumerateFiles(Path.Combine(_scratch, "out")).Select(Path.GetFileName));
    }

    [Fact]
    public void Results_stay_in_one_folder_when_the_output_becomes_another_link()
    {
        var archive = Path.Combine(_scratch, "archive");
        foreach (var name in (string[])["first.jpg", "second.jpg"])
            DrawnDataset.Draw(Path.Combine(archive, name), 1, 64, 48, grey: true);
        var (one, two, link) = (Path.Combine(_scratch, "one"), Path.Combine(_scratch, "two"), Path.Combine(_scratch, "out"));
        Directory.CreateDirectory(one);
        Directory.CreateDirectory(two);
        Directory.CreateSymbolicLink(link, one);
        var output = Sys.ActorOf(Props.Create(() => new OutputActor(new OutputSettings { Parallelism = 1 }, ActorRefs.Nobody)));

        output.Tell(Recompose(archive, 0, "first.jpg", 0));
        Assert.IsType<ItemOutcome.Done>(ExpectMsg<OutputEvents.PictureFinished>().Outcome);
        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, two);
        output.Tell(Recompose(archive, 1, "second.jpg", 0));
        var second = ExpectMsg<OutputEvents.PictureFinished>();

        Assert.Equal(ReleaseReason.OutputNotWritable, second.Blocker);
        Assert.Contains($"led to {one} when the job began and leads to {two} now", second.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(two));

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, one);
        output.Tell(Recompose(archive, 1, "second.jpg", 0));
        Assert.IsType<ItemOutcome.Done>(ExpectMsg<OutputEvents.PictureFinished>().Outcome);
        Assert.Equal(2, Directory.EnumerateFiles(one).Count());
    }

    [Fact]
    public async Task A_panel_is_drawn_and_written_on_a_thread_of_its_own()
    {
        var output = Sys.ActorOf(Props.Create(() => new OutputActor(new OutputSettings(), TestActor)));
        var path = Path.Combine(_scratch, "panel", "step-00000004.png");

        output.Tell(
            new OutputCommands.WritePanel(
                new RunId("run"),
                new StepNumber(4),
                path,
                1,
                [
                    [
                        [1, 2, 3],
                        [4, 5, 6],
                        [7, 8, 9],
                    ],
                ]
            )
        );

        Assert.Equal(path, ExpectMsg<RunEvents.PanelWritten>().Path);
        Assert.True(File.Exists(path));
        var writer = (ActorRefWithCell)await Sys.ActorSelection(output.Path / "panels").ResolveOne(TimeSpan.FromSeconds(30));
        Assert.Equal(Dispatchers.Disk, writer.Underlying.Props.Dispatcher);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_scratch, recursive: true);
    }

    private OutputCommands.Recompose Recompose(string archive, long number, string name, float chroma)
    {
        var path = Path.Combine(archive, name);
        var header = ArchivePicture.Inspect(path, PictureLimits.Default);
        var thumbnail = ArchivePicture.MakeThumbnail(path, header, new ThumbnailSize(16, 16));
        var job = new JobSpecification(
            archive,
            Path.Combine(_scratch, "out"),
            "/model",
            new string('a', 64),
            0.38,
            null,
            false,
            1,
            1,
            false,
            8,
            128,
            92
        );
        var item = new WorkItem(number, name, null);
        return new OutputCommands.Recompose(
            new WorkUnit(new JobId("20260301-120000-aaaaaa"), number, new LeaseEpoch(1), [item], job),
            item,
            new ReadPicture(header, thumbnail, new string('1', 64)),
            [new AbPlane(4, 4, [.. Enumerable.Repeat(chroma, 32)])],
            new SharedFolderFiles(),
            new LeaseTerm(TimeProvider.System, TimeProvider.System.GetTimestamp(), TimeSpan.FromHours(1)),
            TestActor
        );
    }
}
