using ActorColorize.Actors.Device;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;
using Akka;
using Akka.Actor;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Jobs;

/// <summary>A worker between probes that play the coordinator and the device's other actors.</summary>
public sealed class ColorizeWorkerTests : PatientTestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(60);

    private readonly SteppedClock _clock = new();
    private readonly TestProbe _coordinator;
    private readonly TestProbe _gpu;
    private readonly TestProbe _loader;
    private readonly TestProbe _output;
    private readonly IActorRef _worker;
    private readonly WorkerId _id;

    public ColorizeWorkerTests()
    {
        (_coordinator, _gpu, _loader, _output) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var settings = new WorkerSettings
        {
            Device = "gpu",
            Clock = _clock,
            Heartbeat = TimeSpan.FromMilliseconds(200),
        };
        _worker = Sys.ActorOf(
            Props.Create(() => new ColorizeWorker(settings, _coordinator.Ref, _gpu.Ref, _loader.Ref, _output.Ref)),
            "worker"
        );
        var request = _coordinator.ExpectMsg<WorkCommands.RequestWork>(Patience);
        _id = request.Worker;
        Assert.Equal(("gpu", 2), (request.Worker.Device, request.Credit));
    }

    [Fact]
    public void A_picture_goes_through_loader_network_and_output_and_is_settled_until_that_is_confirmed()
    {
        var unit = Grant(1, pictures: 2);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0, settled: new ItemOutcome.Skipped(SkipReason.AlreadyColour));
        Assert.Equal(0L, Assert.Single(Settled(unit).Items).Number);
        Read(reading, 1);
        End(reading);
        var recompose = Colorize();
        _worker.Tell(new OutputEvents.PictureFinished(unit, recompose.Item, Samples.Done));

        _worker.Tell(new WorkEvents.ItemsTaken(unit.Lease, [0]));
        var second = Settled(unit);
        Assert.Equal(new SettledItem(1, Samples.Done), Assert.Single(second.Items));
        Assert.Equal(second.Items, Settled(unit).Items); // told again, as long as nobody confirms
        _worker.Tell(new WorkEvents.ItemsTaken(unit.Lease, [1]));

        Assert.Empty(Heartbeat(beat => beat.Leases.Count == 0).Leases);
    }

    [Fact]
    public void The_pages_of_a_picture_go_to_the_network_by_their_shapes_and_to_the_output_together()
    {
        var unit = Grant(1, pictures: 1);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        var header = new PictureHeader(64, 48, PictureFormat.Tiff, 8, 1, false, "b-w", 1, false, 100);
        var (wide, tall) = (new Thumbnail(16, 12, new byte[16 * 12 * 3]), new Thumbnail(12, 16, new byte[16 * 12 * 3]));
        var picture = new ReadPicture(header, wide, new string('1', 64))
        {
            Pages = [new ReadPage(header, wide), new ReadPage(header, tall, KeepsColors: true), new ReadPage(header, wide)],
        };
        _worker.Tell(new ItemRead(reading.Stream, reading.Unit.Items[0], picture, null, null));
        End(reading);

        var first = _gpu.ExpectMsg<GpuCommands.Colorize>(Patience);
        var second = _gpu.ExpectMsg<GpuCommands.Colorize>(Patience);
        Assert.Equal((2, 1), (first.Thumbnails.Count, second.Thumbnails.Count));
        var (one, two, three) = (Plane, Plane, Plane);
        _worker.Tell(new GpuEvents.Colorized(second.Batch, [two]));
        _worker.Tell(new GpuEvents.Colorized(first.Batch, [one, three]));
        var recompose = _output.ExpectMsg<OutputCommands.Recompose>(Patience);
        Assert.Same(one, recompose.Ab[0]);
        Assert.Same(two, recompose.Ab[1]);
        Assert.Same(three, recompose.Ab[2]);
        _worker.Tell(new OutputEvents.PictureFinished(unit, recompose.Item, Samples.Done));

        Assert.Equal(0L, Assert.Single(Settled(unit).Items).Number);
    }

    [Fact]
    public void A_lease_is_renewed_and_what_is_lost_is_dropped_and_not_published()
    {
        var unit = Grant(1, pictures: 1);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0);
        End(reading);
        var recompose = Colorize();
        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(unit.Lease, Assert.Single(Heartbeat(beat => beat.Leases.Count == 1).Leases));
        Heartbeat(_ => true);
        _worker.Tell(new WorkEvents.LeasesRenewed([unit.Lease], [], LeaseFor));
        AwaitCondition(() => Holds(recompose.Term, after: TimeSpan.FromSeconds(15)), Patience);

        _worker.Tell(new WorkEvents.LeasesRenewed([], [unit.Lease], LeaseFor));
        AwaitCondition(() => !recompose.Term.Holds, Patience);
        _worker.Tell(new OutputEvents.PictureFinished(unit, recompose.Item, Samples.Done));

        Assert.Empty(Heartbeat(beat => beat.Leases.Count == 0).Leases);
        Assert.False(
            _coordinator.HasMessages
                && _coordinator
                    .ReceiveWhile<object>(message => message, max: TimeSpan.FromMilliseconds(1))
                    .OfType<WorkCommands.SettleItems>()
                    .Any()
        );
    }

    [Fact]
    public void A_full_disk_releases_all_units_of_the_job_and_keeps_finished_results()
    {
        var (first, second) = (Grant(1, pictures: 2), Grant(2, pictures: 1));
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0, settled: Samples.Failed);
        Read(reading, 1);
        End(reading);
        var recompose = Colorize();
        _worker.Tell(new OutputEvents.PictureFinished(first, recompose.Item, null, ReleaseReason.OutputFull, "no space left on the disk"));

        var back = Enumerable.Range(0, 2).Select(_ => _coordinator.FishForMessage<WorkCommands.Release>(_ => true, Patience)).ToList();

        Assert.Equal([first.Lease, second.Lease], back.Select(given => given.Lease).OrderBy(lease => lease.Unit));
        Assert.All(back, given => Assert.Equal(ReleaseReason.OutputFull, given.Reason));
    }

    [Fact]
    public void A_missing_archive_or_an_unloadable_model_releases_the_work()
    {
        Grant(1, pictures: 1);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        _worker.Tell(new ItemRead(reading.Stream, reading.Unit.Items[0], null, null, "the archive does not exist"));
        Assert.Equal(ReleaseReason.ArchiveNotVisible, _coordinator.FishForMessage<WorkCommands.Release>(_ => true, Patience).Reason);
        _gpu.ExpectMsg<GpuCommands.OpenModel>(Patience);
        _worker.Tell(new GpuEvents.ModelOpened("/model", "cpu"));

        Grant(2, pictures: 1, model: "/other");
        Assert.Equal("/other", _gpu.ExpectMsg<GpuCommands.OpenModel>(Patience).Path);
        _worker.Tell(new GpuEvents.ModelRefused("/other", "it is broken"));

        var back = _coordinator.FishForMessage<WorkCommands.Release>(given => given.Lease.Unit == 2, Patience);
        Assert.Equal((ReleaseReason.ModelNotLoadable, "it is broken"), (back.Reason, back.Detail));
    }

    [Fact]
    public void A_model_that_gives_no_finite_colours_releases_the_work()
    {
        Grant(1, pictures: 1);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0);
        End(reading);
        var colorize = _gpu.FishForMessage<GpuCommands.Colorize>(_ => true, Patience);
        var numbers = Array.ConvertAll(Plane.Ab_2HW, static _ => float.NaN);
        _worker.Tell(new GpuEvents.Colorized(colorize.Batch, [Plane with { Ab_2HW = numbers }]));

        var back = _coordinator.FishForMessage<WorkCommands.Release>(_ => true, Patience);

        Assert.Equal(ReleaseReason.ModelNotLoadable, back.Reason);
        Assert.Contains("/model gives colours that are not finite numbers", back.Detail, StringComparison.Ordinal);
        _output.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Two_jobs_with_two_models_take_turns()
    {
        Grant(1, pictures: 1, model: "/a");
        Grant(2, pictures: 1, model: "/b");
        var (a, b) = (_loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience), _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience));
        Open("/a");
        Read(b, 0);
        End(b);
        Read(a, 0);
        End(a);

        var seen = new List<string>();
        for (var batches = 0; batches < 2; )
        {
            switch (_gpu.ReceiveOne(Patience))
            {
                case GpuCommands.OpenModel open:
                    seen.Add(open.Path);
                    _worker.Tell(new GpuEvents.ModelOpened(open.Path, "cpu"));
                    break;
                case GpuCommands.Colorize colorize:
                    batches++;
                    _worker.Tell(new GpuEvents.Colorized(colorize.Batch, [Plane]));
                    break;
            }
        }

        Assert.InRange(seen.Count, 1, 2);
        Assert.Equal(
            ["/a", "/b"],
            new[] { _output.ExpectMsg<OutputCommands.Recompose>(Patience), _output.ExpectMsg<OutputCommands.Recompose>(Patience) }
                .Select(recompose => recompose.Unit.Specification.ModelPath)
                .Order()
        );
    }

    [Fact]
    public void Requests_to_a_crashed_actor_are_repeated_and_a_picture_that_always_crashes_it_fails_for_now()
    {
        var unit = Grant(1, pictures: 1);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0);
        End(reading);
        _gpu.ExpectMsg<GpuCommands.Colorize>(Patience);
        for (var crash = 1; crash < 3; crash++)
        {
            _worker.Tell(new GpuEvents.GpuLost(new DeviceFault(DeviceFaultKind.Crash, "out of memory")));
            Open("/model");
            _gpu.ExpectMsg<GpuCommands.Colorize>(Patience);
        }

        _worker.Tell(new GpuEvents.GpuLost(new DeviceFault(DeviceFaultKind.Crash, "out of memory")));

        Assert.Equal(
            new ItemOutcome.Failed(FailureClass.Device, "out of memory", IsTransient: true),
            Assert.Single(Settled(unit).Items).Outcome
        );
    }

    [Fact]
    public void A_unit_whose_loader_crashes_again_and_again_is_finished_with_the_pictures_that_were_read()
    {
        var unit = Grant(1, pictures: 2); // fewer than a batch: only the end of the reading sends them
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0);
        for (var crash = 1; crash < 3; crash++)
        {
            _worker.Tell(new LoaderEvents.StreamsLost("access violation"));
            Assert.Equal([unit.Items[1]], _loader.FishForMessage<LoaderCommands.ReadUnit>(_ => true, Patience).Unit.Items);
        }

        _worker.Tell(new LoaderEvents.StreamsLost("access violation"));

        Assert.Equal(
            new SettledItem(1, new ItemOutcome.Failed(FailureClass.Device, "access violation", IsTransient: true)),
            Assert.Single(Settled(unit).Items)
        );
        var recompose = Colorize();
        Assert.Equal(unit.Items[0], recompose.Item);
        _worker.Tell(new OutputEvents.PictureFinished(unit, recompose.Item, Samples.Done));
        _worker.Tell(new WorkEvents.ItemsTaken(unit.Lease, [0, 1]));
        Assert.Empty(Heartbeat(beat => beat.Leases.Count == 0).Leases);
    }

    [Fact]
    public void A_late_answer_renews_a_lease_from_the_heartbeat_that_it_answers()
    {
        var unit = Grant(1, pictures: 1);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0);
        End(reading);
        var term = Colorize().Term;
        var early = Heartbeat(beat => beat.Leases.Count == 1);
        _clock.Advance(TimeSpan.FromSeconds(50));
        var later = Heartbeat(beat => beat.Heartbeat > early.Heartbeat + 1); // sent after the clock went on

        _worker.Tell(new WorkEvents.LeasesRenewed([unit.Lease], [], LeaseFor, early.Heartbeat));
        _worker.Tell(new WorkEvents.LeasesRenewed([], [new WorkLease(Samples.Job, 99, new LeaseEpoch(1))], LeaseFor, null));
        Heartbeat(beat => beat.Heartbeat > later.Heartbeat + 1); // both answers have been taken
        Assert.True(Holds(term, after: TimeSpan.FromSeconds(5)));
        Assert.False(Holds(term, after: TimeSpan.FromSeconds(15))); // 65 s after the heartbeat that was answered

        _worker.Tell(new WorkEvents.LeasesRenewed([unit.Lease], [], LeaseFor, later.Heartbeat));
        AwaitCondition(() => Holds(term, after: TimeSpan.FromSeconds(55)), Patience);
    }

    [Fact]
    public void A_draining_worker_finishes_what_it_has_begun_releases_the_rest_and_accepts_nothing_more()
    {
        var begun = Grant(1, pictures: 2);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0, settled: Samples.Failed);
        Settled(begun);
        _worker.Tell(new WorkEvents.ItemsTaken(begun.Lease, [0]));
        var untouched = Grant(2, pictures: 1);
        _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);

        var asker = CreateTestProbe();
        _worker.Tell(new DeviceDrain(TimeSpan.FromMinutes(5)), asker.Ref);

        Assert.Equal(0, _coordinator.FishForMessage<WorkCommands.RequestWork>(_ => true, Patience).Credit);
        var back = _coordinator.FishForMessage<WorkCommands.Release>(_ => true, Patience);
        Assert.Equal((untouched.Lease, ReleaseReason.ShuttingDown), (back.Lease, back.Reason));
        var late = Grant(3, pictures: 1);
        Assert.Equal(late.Lease, _coordinator.FishForMessage<WorkCommands.Release>(_ => true, Patience).Lease);
        Assert.Equal(begun.Lease, Assert.Single(Heartbeat(beat => beat.Credit == 0).Leases));
        Assert.False(asker.HasMessages);

        Read(reading, 1, settled: Samples.Failed);
        Settled(begun);
        _worker.Tell(new WorkEvents.ItemsTaken(begun.Lease, [1]));

        asker.ExpectMsg<Done>(Patience);
    }

    [Fact]
    public void A_worker_whose_time_to_drain_is_up_releases_what_it_has_not_finished()
    {
        var unit = Grant(1, pictures: 2);
        var reading = _loader.ExpectMsg<LoaderCommands.ReadUnit>(Patience);
        Open("/model");
        Read(reading, 0, settled: Samples.Failed);
        Settled(unit);

        var asker = CreateTestProbe();
        _worker.Tell(new DeviceDrain(TimeSpan.FromMilliseconds(1)), asker.Ref);

        Assert.Equal(unit.Lease, _coordinator.FishForMessage<WorkCommands.Release>(_ => true, Patience).Lease);
        asker.ExpectMsg<Done>(Patience);
    }

    [Fact]
    public void A_crashed_worker_restarts_as_another_incarnation_and_releases_all_work()
    {
        Grant(1, pictures: 1);
        _worker.Tell(Kill.Instance); // stops it: by default nobody restarts what is killed
        var returned = _coordinator.FishForMessage<WorkCommands.ReleaseAllWork>(_ => true, Patience);
        Assert.Equal((_id, false), (returned.Worker, returned.Crashed));

        var supervised = Sys.ActorOf(Props.Create(() => new Restarting(_coordinator.Ref, _gpu.Ref, _loader.Ref, _output.Ref)));
        var first = _coordinator.FishForMessage<WorkCommands.RequestWork>(_ => true, Patience).Worker;
        supervised.Tell("crash");
        var crashed = _coordinator.FishForMessage<WorkCommands.ReleaseAllWork>(_ => true, Patience);
        Assert.True(crashed.Crashed);
        Assert.Equal(first.Device, crashed.Worker.Device);
        Assert.NotEqual(first, crashed.Worker);
    }

    private static AbPlane Plane => new(2, 2, new float[8]);

    private WorkUnit Grant(long number, int pictures, string model = "/model")
    {
        var unit = new WorkUnit(
            Samples.Job,
            number,
            new LeaseEpoch(1),
            [.. Enumerable.Range(0, pictures).Select(i => new WorkItem(i, $"{number}-{i}.jpg", null))],
            Samples.Specification with
            {
                ModelPath = model,
            }
        );
        _worker.Tell(new WorkEvents.WorkGranted(unit, LeaseFor));
        return unit;
    }

    private void Open(string model)
    {
        Assert.Equal(model, _gpu.ExpectMsg<GpuCommands.OpenModel>(Patience).Path);
        _worker.Tell(new GpuEvents.ModelOpened(model, "cpu"));
    }

    private void Read(LoaderCommands.ReadUnit reading, int item, ItemOutcome? settled = null)
    {
        var picture = settled is null
            ? new ReadPicture(
                new PictureHeader(64, 48, PictureFormat.Jpeg, 8, 1, false, "b-w", 1, false, 100),
                new Thumbnail(16, 12, new byte[16 * 12 * 3]),
                new string('1', 64)
            )
            : null;
        _worker.Tell(new ItemRead(reading.Stream, reading.Unit.Items[item], picture, settled, null));
    }

    private void End(LoaderCommands.ReadUnit reading) => _worker.Tell(new LoaderEvents.StreamEnded(reading.Stream));

    private OutputCommands.Recompose Colorize()
    {
        var colorize = _gpu.ExpectMsg<GpuCommands.Colorize>(Patience);
        _worker.Tell(new GpuEvents.Colorized(colorize.Batch, [.. colorize.Thumbnails.Select(_ => Plane)]));
        return _output.ExpectMsg<OutputCommands.Recompose>(Patience);
    }

    private WorkCommands.SettleItems Settled(WorkUnit unit) =>
        _coordinator.FishForMessage<WorkCommands.SettleItems>(settled => settled.Lease == unit.Lease, Patience);

    private WorkCommands.RenewLeases Heartbeat(Predicate<WorkCommands.RenewLeases> condition) =>
        _coordinator.FishForMessage(condition, Patience);

    private bool Holds(LeaseTerm term, TimeSpan after)
    {
        _clock.Advance(after);
        var holds = term.Holds;
        _clock.Advance(-after);
        return holds;
    }

    /// <summary>Restarts its worker when it is killed itself.</summary>
    private sealed class Restarting : ReceiveActor
    {
        public Restarting(IActorRef coordinator, IActorRef gpu, IActorRef loader, IActorRef output)
        {
            var settings = new WorkerSettings { Device = "gpu" };
            var worker = Context.ActorOf(Props.Create(() => new ColorizeWorker(settings, coordinator, gpu, loader, output)));
            Receive<string>(_ => worker.Tell(Kill.Instance));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);
    }
}
