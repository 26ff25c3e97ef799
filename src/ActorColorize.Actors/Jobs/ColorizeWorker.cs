using ActorColorize.Actors.Device;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;
using Akka;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The archive work of a device: pulls units, has their pictures read, batches thumbnails of equal size for the network, and has the
/// results recomposed. Every picture in flight is kept here by id until it is settled, so that a crash of another actor loses only what
/// that actor held.
/// <code>
///  unit ──ReadUnit──▶ loader ──ItemRead──▶ group by size ──Colorize──▶ gpu ──Colorized──▶ output ──PictureFinished──▶ SettleItems
/// </code>
/// The heartbeats renew the lease of a unit. When the lease is lost, the whole unit is dropped, and results that are being written are not
/// published.
/// </summary>
public sealed class ColorizeWorker : ReceiveActor, IWithTimers
{
    private readonly WorkerSettings _settings;
    private readonly WorkerId _id;
    private readonly IActorRef _coordinator;
    private readonly IActorRef _gpu;
    private readonly IActorRef _loader;
    private readonly IActorRef _output;
    private readonly Dictionary<WorkLease, UnitAtWork> _units = [];
    private readonly PictureBatches _batches = new();
    private readonly SentHeartbeats _heartbeats = new();
    private string? _openModel;
    private string? _openingModel;
    private TimeSpan _heartbeat;
    private bool _isRestarting;
    private IActorRef? _drainRequester;

    /// <summary>Creates a worker, which requests work as soon as it starts.</summary>
    public ColorizeWorker(WorkerSettings settings, IActorRef coordinator, IActorRef gpu, IActorRef loader, IActorRef output)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _id = WorkerId.NewIncarnation(settings.Device);
        _coordinator = coordinator;
        _gpu = gpu;
        _loader = loader;
        _output = output;

        Receive<WorkEvents.WorkGranted>(Begin);
        Receive<WorkEvents.ItemsTaken>(taken => Confirm(taken.Lease, taken.Items));
        Receive<WorkEvents.LeasesRenewed>(Renewed);
        Receive<WorkEvents.LeaseLost>(lost => Drop(lost.Lease));
        Receive<Heartbeat>(_ => SendHeartbeat());
        Receive<ItemRead>(Take);
        Receive<LoaderEvents.StreamEnded>(ended => ReadingEnded(ended.Stream));
        Receive<GpuEvents.ModelOpened>(opened =>
        {
            (_openModel, _openingModel) = (opened.Path, null);
            FeedGpu();
        });
        Receive<GpuEvents.ModelRefused>(refused =>
        {
            _openingModel = null;
            ReleaseModel(refused.Path, refused.Reason);
        });
        Receive<GpuEvents.Colorized>(Recompose);
        Receive<OutputEvents.PictureFinished>(Finish);

        Receive<DeviceDrain>(Drain);
        Receive<DrainTimedOut>(_ => ReleaseAll("the device is shutting down"));

        Receive<LoaderEvents.StreamsLost>(lost => ReadAgain(lost.Cause));
        Receive<GpuEvents.GpuLost>(lost => ColorizeAgain(lost.Cause));
        Receive<OutputEvents.OutputLost>(lost => RecomposeAgain(lost.Cause));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _coordinator.Tell(new WorkCommands.RequestWork(_id, _settings.Credit));
        ScheduleHeartbeat(_settings.Heartbeat);
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        _isRestarting = true;
        base.PreRestart(reason, message);
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _coordinator.Tell(new WorkCommands.ReleaseAllWork(_id, Crashed: true, reason.Message));
        base.PostRestart(reason); // requests work again
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var unit in _units.Values)
            unit.Term.Lose();
        if (!_isRestarting)
            _coordinator.Tell(new WorkCommands.ReleaseAllWork(_id, Crashed: false, "the device is shutting down"));
    }

    /// <summary>Units that it accepts at a time: none while it drains.</summary>
    private int Credit => _drainRequester is null ? _settings.Credit : 0;

    private void Begin(WorkEvents.WorkGranted granted)
    {
        var lease = granted.Unit.Lease;
        if (_units.ContainsKey(lease))
            return; // a duplicate: the coordinator assumed that the first copy was lost
        if (_drainRequester is not null)
        {
            _coordinator.Tell(new WorkCommands.Release(_id, lease, ReleaseReason.ShuttingDown, "the device is shutting down"));
            return;
        }

        foreach (var older in _units.Keys.Where(held => held.Job == lease.Job && held.Unit == lease.Unit).ToArray())
            Drop(older);
        var unit = new UnitAtWork(granted.Unit, new LeaseTerm(_settings.Clock, _settings.Clock.GetTimestamp(), granted.LeaseFor));
        _units.Add(lease, unit);
        if (granted.LeaseFor / 4 < _heartbeat)
            ScheduleHeartbeat(granted.LeaseFor / 4);
        Read(unit);
        FeedGpu(); // opens the model while the pictures are being read
    }

    private void Read(UnitAtWork unit)
    {
        unit.Stream = StreamId.Next();
        var unread = unit.Unit with { Items = [.. unit.Unread.Values] };
        _loader.Tell(new LoaderCommands.ReadUnit(unit.Stream.Value, unread, _settings.Files, Self));
    }

    private void ScheduleHeartbeat(TimeSpan interval)
    {
        _heartbeat = interval;
        Timers.StartPeriodicTimer(Heartbeat.Instance, Heartbeat.Instance, interval);
    }

    private void SendHeartbeat()
    {
        var number = _heartbeats.Send(_settings.Clock.GetTimestamp());
        _coordinator.Tell(new WorkCommands.RenewLeases(_id, Credit, [.. _units.Keys], number));
        foreach (var unit in _units.Values)
        {
            unit.ReportAgain();
            ReportSettled(unit);
        }
    }

    private void Renewed(WorkEvents.LeasesRenewed renewed)
    {
        var sent = _heartbeats.Answered(renewed.Heartbeat);
        foreach (var lease in renewed.Held)
        {
            if (sent is { } from && _units.TryGetValue(lease, out var unit))
                unit.Term.Renew(from, renewed.LeaseFor);
        }

        foreach (var lease in renewed.Lost)
            Drop(lease);
    }

    private void Take(ItemRead read)
    {
        if (Reading(read.Stream) is not { } unit)
            return;
        if (read.Blocker is { } blocker)
        {
            ReleaseJob(unit.Unit.Job, ReleaseReason.ArchiveNotVisible, blocker);
            return;
        }

        if (!unit.Unread.Remove(read.Item.Number))
            return;
        if (read.Settled is { } outcome)
        {
            Settle(unit, read.Item.Number, outcome);
            return;
        }

        var picture = new PictureAtWork(unit, read.Item, read.Picture!);
        unit.Pictures.Add(read.Item.Number, picture);
        var isComplete = false;
        for (var page = 0; page < picture.Read.Pages.Count; page++)
            isComplete |= _batches.Add(new PageAtWork(picture, page));
        if (isComplete)
            FeedGpu();
    }

    private void ReadingEnded(StreamId stream)
    {
        _loader.Tell(new LoaderCommands.CloseStream(stream));
        if (Reading(stream) is not { } unit)
            return;
        unit.Stream = null;
        _batches.Complete(unit);
        FeedGpu();
    }

    /// <summary>
    /// Sends the batches of the open model. When none is left, the next model is opened. So two jobs with different models alternate by all
    /// batches that have collected, and models are switched no more often than that.
    /// </summary>
    private void FeedGpu()
    {
        if (_openingModel is not null)
            return;
        foreach (var batch in _batches.All.Where(batch => batch.Model == _openModel && !batch.IsSent))
            Send(batch);
        if (_batches.All.Any(batch => batch.IsSent))
            return;
        var early = _units.Values.Any(unit => unit.Model == _openModel) ? null : _units.Values.FirstOrDefault()?.Model;
        var wanted = _batches.All.FirstOrDefault()?.Model ?? early;
        if (wanted is null || wanted == _openModel)
            return;
        _openingModel = wanted;
        _gpu.Tell(new GpuCommands.OpenModel(wanted));
    }

    private void Send(PictureBatch batch)
    {
        batch.IsSent = true;
        var job = batch.Specification;
        _gpu.Tell(
            new GpuCommands.Colorize(
                batch.Number,
                [.. batch.Pages.Select(static page => page.Thumbnail)],
                job.BatchSize,
                new Decoding(job.Temperature, job.Rebalance, job.FlipAverage),
                job.TraceParent,
                job.WithDistribution
            )
        );
    }

    private void Recompose(GpuEvents.Colorized colorized)
    {
        if (_batches.Take(colorized.Batch) is not { } batch)
            return;
        if (!colorized.Planes.Any(static plane => plane.IsFinite))
        {
            ReleaseModel(batch.Model, $"{batch.Model} gives colours that are not finite numbers; use another model");
            return;
        }

        for (var i = 0; i < batch.Pages.Count; i++)
        {
            var picture = batch.Pages[i].Picture;
            picture.Colored(batch.Pages[i].Number, colorized.Planes[i]);
            picture.Distribution = colorized.Distribution;
            if (picture is { IsWanted: true, IsColored: true })
                SendToOutput(picture);
        }

        FeedGpu();
    }

    private void SendToOutput(PictureAtWork picture) =>
        _output.Tell(
            new OutputCommands.Recompose(
                picture.Unit.Unit,
                picture.Item,
                picture.Read,
                picture.Ab,
                _settings.Files,
                picture.Unit.Term,
                Self,
                picture.Read.Pages.Count == 1 ? picture.Distribution : null
            )
        );

    private void Finish(OutputEvents.PictureFinished finished)
    {
        if (!_units.TryGetValue(finished.Unit.Lease, out var unit) || !unit.Pictures.ContainsKey(finished.Item.Number))
            return;
        if (finished.Blocker is { } blocker)
        {
            ReleaseJob(unit.Unit.Job, blocker, finished.Detail);
        }
        else if (finished.Outcome is { } outcome)
        {
            unit.Pictures.Remove(finished.Item.Number);
            Settle(unit, finished.Item.Number, outcome);
        }
        else
        {
            Drop(finished.Unit.Lease);
        }
    }

    private void Settle(UnitAtWork unit, long item, ItemOutcome outcome)
    {
        unit.Settle(item, outcome);
        ReportSettled(unit);
    }

    private void ReportSettled(UnitAtWork unit)
    {
        if (unit.ToReport() is { Count: > 0 } items)
            _coordinator.Tell(new WorkCommands.SettleItems(_id, unit.Unit.Lease, items));
    }

    private void Confirm(WorkLease lease, IReadOnlyList<long> items)
    {
        if (!_units.TryGetValue(lease, out var unit))
            return;
        unit.Confirm(items);
        if (!unit.IsOver)
        {
            ReportSettled(unit);
            return;
        }

        _units.Remove(lease); // the coordinator knows and grants the next one by itself
        Drained();
    }

    private void ReleaseJob(JobId job, ReleaseReason reason, string detail)
    {
        foreach (var unit in _units.Values.Where(unit => unit.Unit.Job == job).ToArray())
            Release(unit, reason, detail);
    }

    /// <summary>Releases all units that need a model.</summary>
    private void ReleaseModel(string model, string reason)
    {
        foreach (var unit in _units.Values.Where(unit => unit.Model == model).ToArray())
            Release(unit, ReleaseReason.ModelNotLoadable, reason);
        FeedGpu();
    }

    private void Release(UnitAtWork unit, ReleaseReason reason, string detail)
    {
        unit.ReportAgain();
        ReportSettled(unit); // results that are complete still count
        _coordinator.Tell(new WorkCommands.Release(_id, unit.Unit.Lease, reason, detail));
        Drop(unit.Unit.Lease);
    }

    /// <summary>
    /// Accepts no more work. A unit that has no picture in flight is released immediately; the others are finished as far as time allows.
    /// </summary>
    private void Drain(DeviceDrain drain)
    {
        _drainRequester = Sender;
        _coordinator.Tell(new WorkCommands.RequestWork(_id, Credit));
        foreach (var unit in _units.Values.Where(unit => unit.Unread.Count == unit.Unit.Items.Count).ToArray())
            Release(unit, ReleaseReason.ShuttingDown, "the device is shutting down");
        Timers.StartSingleTimer(DrainTimedOut.Instance, DrainTimedOut.Instance, drain.Within);
        Drained();
    }

    private void ReleaseAll(string detail)
    {
        foreach (var unit in _units.Values.ToArray())
            Release(unit, ReleaseReason.ShuttingDown, detail);
    }

    private void Drained()
    {
        if (_units.Count == 0)
            _drainRequester?.Tell(Done.Instance);
    }

    private void Drop(WorkLease lease)
    {
        if (!_units.Remove(lease, out var unit))
            return;
        Drained();
        unit.Term.Lose();
        if (unit.Stream is { } stream)
            _loader.Tell(new LoaderCommands.CloseStream(stream));
        unit.Unread.Clear();
        unit.Pictures.Clear();
        _batches.DropUnwanted();
    }

    private void ReadAgain(string cause)
    {
        foreach (var unit in _units.Values.Where(unit => unit.Stream is not null).ToArray())
        {
            if (++unit.TimesReadAgain < _settings.MaximumTries)
            {
                Read(unit);
                continue;
            }

            unit.Stream = null;
            foreach (var item in unit.Unread.Keys.ToArray())
            {
                unit.Unread.Remove(item);
                Settle(unit, item, new ItemOutcome.Failed(FailureClass.Device, cause, IsTransient: true));
            }

            _batches.Complete(unit);
        }

        FeedGpu();
    }

    private void ColorizeAgain(string cause)
    {
        (_openModel, _openingModel) = (null, null);
        foreach (var batch in _batches.All)
        {
            batch.IsSent = false;
            GiveUpAfterTooManyTries(batch.Pages.Select(static page => page.Picture).Distinct(), cause);
            batch.Pages.RemoveAll(static page => !page.Picture.IsWanted);
        }

        _batches.DropUnwanted();
        FeedGpu();
    }

    private void RecomposeAgain(string cause)
    {
        var atOutput = _units.Values.SelectMany(unit => unit.Pictures.Values).Where(static picture => picture.IsColored).ToArray();
        GiveUpAfterTooManyTries(atOutput, cause);
        foreach (var picture in atOutput.Where(picture => picture.IsWanted))
            SendToOutput(picture);
    }

    private void GiveUpAfterTooManyTries(IEnumerable<PictureAtWork> pictures, string cause)
    {
        foreach (var picture in pictures.Where(picture => picture.IsWanted && ++picture.Tries >= _settings.MaximumTries).ToArray())
        {
            picture.Unit.Pictures.Remove(picture.Item.Number);
            Settle(picture.Unit, picture.Item.Number, new ItemOutcome.Failed(FailureClass.Device, cause, IsTransient: true));
        }
    }

    private UnitAtWork? Reading(StreamId stream) => _units.Values.FirstOrDefault(unit => unit.Stream == stream);

    private sealed class DrainTimedOut
    {
        internal static readonly DrainTimedOut Instance = new();
    }

    private sealed class Heartbeat
    {
        internal static readonly Heartbeat Instance = new();
    }
}
