using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>A drive that does not answer holds up neither a job without a word nor other jobs.</summary>
public sealed class StalledDriveTests()
    : PatientTestKit(
        ConfigurationFactory
            .ParseString(AkkaHocon.JobsDispatcher)
            .WithFallback(ConfigurationFactory.ParseString(AkkaHocon.DiskDispatcher))
            .WithFallback(AkkaHocon.InMemoryJournal)
    )
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(200);
    private static readonly ReadPicture Picture = Read();
    private readonly ListedFiles _files = new(Path.GetTempPath(), []);

    [Fact]
    public void A_job_whose_walk_gets_no_answer_waits_with_that_reason_until_there_is_one()
    {
        using var jobs = new CoordinatorHarness(this, pictures: 4, ioDeadline: Deadline);
        jobs.Files.Stall(BrokenFiles.Walk, BrokenFiles.Look);

        var job = jobs.Submit();

        var waiting = jobs.Until(job, status => status.Pauses.Count > 0);
        Assert.Contains("no answer from the drive", waiting.WaitsFor, StringComparison.Ordinal);
        Assert.Equal(PauseOwner.Of(JobFailure.Archive), Assert.Single(waiting.Pauses).Owner);
        AwaitCondition(() => jobs.Files.Looks >= 2); // checked, and the check gets no answer either
        jobs.Files.Answer();
        Assert.Equal(4, jobs.Until(job, status => status.IsScanned).Items);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_in_time_has_failed_for_now_if_its_archive_answers()
    {
        _files.Stall(BrokenFiles.Source);
        var failed = Assert.IsType<ItemOutcome.Failed>(ReadOne().Settled);
        Assert.Equal((FailureClass.Unreadable, true), (failed.Class, failed.IsTransient));
        Assert.Contains("no answer from the drive for 0.2 seconds", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_in_time_is_a_blocker_if_its_archive_does_not_answer_either()
    {
        _files.Stall(BrokenFiles.Source, BrokenFiles.Look);
        var read = ReadOne();
        Assert.Null(read.Settled);
        Assert.Contains("no answer from the drive", read.Blocker, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_cannot_be_written_in_time_is_a_blocker_and_other_pictures_are_written()
    {
        using var pictures = new StallingProcessor();
        var settings = new OutputSettings
        {
            Parallelism = 1,
            Pictures = pictures,
            WriteDeadline = Deadline,
        };
        var output = Sys.ActorOf(Props.Create(() => new OutputActor(settings, ActorRefs.Nobody)));

        output.Tell(Write(StallingProcessor.Stalled));
        output.Tell(Write("b.jpg"));

        var stalled = ExpectMsg<OutputEvents.PictureFinished>();
        Assert.Equal((0, ReleaseReason.OutputNotWritable), (stalled.Item.Number, stalled.Blocker));
        Assert.Contains("no answer from the drive", stalled.Detail, StringComparison.Ordinal);
        Assert.IsType<ItemOutcome.Done>(ExpectMsg<OutputEvents.PictureFinished>(finished => finished.Item.Number == 1).Outcome);
    }

    protected override void AfterAll()
    {
        _files.Answer();
        base.AfterAll();
    }

    private ItemRead ReadOne()
    {
        var loader = Sys.ActorOf(
            Props.Create(() => new LoaderActor(new LoaderSettings { ReadDeadline = Deadline, CheckDeadline = Deadline }))
        );
        loader.Tell(new LoaderCommands.ReadUnit(StreamId.Next(), Unit(new WorkItem(0, "a.jpg", null)), _files, TestActor));
        return ExpectMsg<ItemRead>();
    }

    private OutputCommands.Recompose Write(string name)
    {
        var item = new WorkItem(name == StallingProcessor.Stalled ? 0 : 1, name, null);
        return new OutputCommands.Recompose(
            Unit(item),
            item,
            Picture,
            [new AbPlane(4, 4, new float[32])],
            _files,
            new LeaseTerm(TimeProvider.System, TimeProvider.System.GetTimestamp(), TimeSpan.FromHours(1)),
            TestActor
        );
    }

    private static WorkUnit Unit(WorkItem item) =>
        new(new JobId("20260301-120000-aaaaaa"), 0, new LeaseEpoch(1), [item], Samples.Specification);

    private static ReadPicture Read()
    {
        var header = new PictureHeader(64, 48, PictureFormat.Jpeg, 8, 1, HasAlpha: false, "b-w", 1, HasIccProfile: false, 1000);
        return new ReadPicture(header, new Thumbnail(4, 4, new byte[48]), new string('1', 64));
    }

    /// <summary>Writes nothing; one picture's result gets no answer.</summary>
    private sealed class StallingProcessor : IPictureProcessor
    {
        public const string Stalled = "a.jpg";
        private readonly ManualResetEventSlim _answer = new();

        public PictureReading Read(string path, PictureReadOptions options) => throw new NotSupportedException();

        public byte[] Preview(string path, int side) => throw new NotSupportedException();

        public RecomposedPicture Recompose(
            PictureToRecompose picture,
            RecomposeOptions options,
            string destination,
            Action? beforePublishing = null
        )
        {
            if (Path.GetFileName(picture.Source) == Stalled)
                _answer.Wait();
            return new RecomposedPicture(new string('2', 64), 1, 0);
        }

        public void Dispose() => _answer.Set();
    }
}
