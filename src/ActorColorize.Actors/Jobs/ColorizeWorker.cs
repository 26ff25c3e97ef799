using ActorColorize.Model.Inference;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Output;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The device's hand in archive work: pulls units, has their pictures read, forms batches of thumbnails of one size for the network, and has the results
/// recomposed. Every picture in flight is kept here by id until it is settled, so that a crash of a neighbour costs only what that neighbour held.
/// <code>
///  unit ──ReadUnit──▶ loader ──ItemRead──▶ group by size ──Colorize──▶ gpu ──Colorized──▶ output ──PictureFinished──▶ SettleItem
/// </code>
/// </summary>
public sealed class ColorizeWorker : ReceiveActor
{
    private const int UnitsAtOnce = 2; // one on the device, one being read
    private const int MaximumTries = 3;

    private readonly IActorRef _coordinator;
    private readonly IActorRef _gpu;
    private readonly IActorRef _loader;
    private readonly IActorRef _output;
    private readonly Dictionary<long, UnitAtWork> _units = [];
    private readonly Dictionary<ThumbnailSize, List<PictureAtWork>> _groups = [];
    private readonly Dictionary<long, IReadOnlyList<PictureAtWork>> _batches = [];
    private string? _openModel;
    private string? _openingModel;
    private long _lastBatch;

    /// <summary>A worker that asks for work at once.</summary>
    public ColorizeWorker(IActorRef coordinator, IActorRef gpu, IActorRef loader, IActorRef output)
    {
        _coordinator = coordinator;
        _gpu = gpu;
        _loader = loader;
        _output = output;

        Receive<WorkEvents.WorkGranted>(granted => Begin(granted.Unit));
        Receive<ItemRead>(Take);
        Receive<LoaderEvents.StreamEnded>(ended => ReadingEnded(ended.Stream));
        Receive<GpuEvents.ModelOpened>(opened =>
        {
            _openingModel = null;
            _openModel = opened.Path;
            foreach (var batch in _batches.Keys.ToArray()) SendToGpu(batch);
        });
        Receive<GpuEvents.ModelRefused>(refused =>
        {
            foreach (var unit in _units.Values.ToArray()) _coordinator.Tell(new WorkCommands.AbandonJob(unit.Unit.Job, JobFailure.Model, refused.Reason));
            Forget();
        });
        Receive<GpuEvents.Colorized>(Recompose);
        Receive<OutputEvents.PictureFinished>(Finish);

        Receive<LoaderEvents.StreamsLost>(lost => ReadAgain(lost.Cause));
        Receive<GpuEvents.GpuLost>(lost => ColorizeAgain(lost.Cause));
        Receive<OutputEvents.OutputLost>(lost => RecomposeAgain(lost.Cause));
    }

    /// <inheritdoc/>
    protected override void PreStart() => _coordinator.Tell(new WorkCommands.RequestWork(UnitsAtOnce));

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        _coordinator.Tell(new WorkCommands.ReturnAllWork(reason.Message));
        base.PostRestart(reason); // asks for work anew
    }

    private void Begin(WorkUnit unit)
    {
        var atWork = new UnitAtWork(unit);
        _units[unit.Number] = atWork;
        OpenModel(unit.Specification.ModelPath);
        Read(atWork);
    }

    private void Read(UnitAtWork unit)
    {
        unit.Stream = StreamId.Next();
        var unread = unit.Unit with { Items = [.. unit.Unread.Values] };
        _loader.Tell(new LoaderCommands.ReadUnit(unit.Stream.Value, unread, Self));
    }

    private void OpenModel(string path)
    {
        if (_openModel == path || _openingModel == path) return;
        _openingModel = path;
        _gpu.Tell(new GpuCommands.OpenModel(path));
    }

    private void Take(ItemRead read)
    {
        if (Reading(read.Stream) is not { } unit || !unit.Unread.Remove(read.Item.Number)) return;
        if (read.Settled is { } outcome)
        {
            Settle(unit, read.Item.Number, outcome);
            return;
        }

        var picture = new PictureAtWork(unit.Unit, read.Item, read.Picture!);
        unit.Pictures.Add(read.Item.Number, picture);
        var size = new ThumbnailSize(read.Picture!.Thumbnail.Width, read.Picture.Thumbnail.Height);
        if (!_groups.TryGetValue(size, out var group)) _groups.Add(size, group = []);
        group.Add(picture);
        if (group.Count == unit.Unit.Specification.BatchSize) SendGroup(size);
    }

    private void ReadingEnded(StreamId stream)
    {
        _loader.Tell(new LoaderCommands.CloseStream(stream));
        if (Reading(stream) is not { } unit) return;
        unit.Stream = null;
        foreach (var size in _groups.Where(group => group.Value.Exists(picture => picture.Unit == unit.Unit)).Select(group => group.Key).ToArray()) SendGroup(size);
    }

    private void SendGroup(ThumbnailSize size)
    {
        _groups.Remove(size, out var group);
        _batches.Add(++_lastBatch, group!);
        SendToGpu(_lastBatch);
    }

    private void SendToGpu(long batch)
    {
        if (_openModel is null) return; // sent when the model is open
        var pictures = _batches[batch];
        var specification = pictures[0].Unit.Specification;
        _gpu.Tell(new GpuCommands.Colorize(batch, [.. pictures.Select(picture => picture.Read.Thumbnail)], specification.BatchSize, new Decoding(specification.Temperature, specification.Rebalance, specification.FlipAverage)));
    }

    private void Recompose(GpuEvents.Colorized colorized)
    {
        if (!_batches.Remove(colorized.Batch, out var pictures)) return;
        for (var i = 0; i < pictures.Count; i++)
        {
            pictures[i].Ab = colorized.Planes[i];
            SendToOutput(pictures[i]);
        }
    }

    private void SendToOutput(PictureAtWork picture) =>
        _output.Tell(new OutputCommands.Recompose(picture.Unit, picture.Item, picture.Read, picture.Ab!, Self));

    private void Finish(OutputEvents.PictureFinished finished)
    {
        if (!_units.TryGetValue(finished.Unit.Number, out var unit) || unit.Unit != finished.Unit || !unit.Pictures.Remove(finished.Item.Number)) return;
        if (finished.Obstacle is { } obstacle)
        {
            _coordinator.Tell(new WorkCommands.AbandonJob(unit.Unit.Job, JobFailure.Output, obstacle));
            Forget();
            return;
        }

        Settle(unit, finished.Item.Number, finished.Outcome);
    }

    private void Settle(UnitAtWork unit, long item, ItemOutcome outcome)
    {
        _coordinator.Tell(new WorkCommands.SettleItem(unit.Unit.Job, unit.Unit.Number, unit.Unit.Epoch, item, outcome));
        if (unit.Unread.Count > 0 || unit.Pictures.Count > 0) return;
        _units.Remove(unit.Unit.Number);
        _coordinator.Tell(new WorkCommands.RequestWork(1));
    }

    private void ReadAgain(string cause)
    {
        foreach (var unit in _units.Values.Where(unit => unit.Stream is not null).ToArray())
        {
            if (++unit.TimesReadAgain < MaximumTries)
            {
                Read(unit);
                continue;
            }

            unit.Stream = null;
            foreach (var item in unit.Unread.Keys.ToArray())
            {
                unit.Unread.Remove(item);
                Settle(unit, item, new ItemOutcome.Failed(FailureClass.Device, cause));
            }
        }
    }

    private void ColorizeAgain(string cause)
    {
        (_openModel, _openingModel) = (null, null);
        foreach (var (batch, pictures) in _batches.ToArray())
        {
            GiveUpAfterTooManyTries(pictures, cause);
            var left = pictures.Where(picture => picture.Tries < MaximumTries).ToList();
            if (left.Count > 0) _batches[batch] = left;
            else _batches.Remove(batch);
        }

        if (_units.Values.FirstOrDefault() is { } unit) OpenModel(unit.Unit.Specification.ModelPath);
    }

    private void RecomposeAgain(string cause)
    {
        var atOutput = _units.Values.SelectMany(unit => unit.Pictures.Values).Where(picture => picture.Ab is not null).ToArray();
        GiveUpAfterTooManyTries(atOutput, cause);
        foreach (var picture in atOutput.Where(picture => picture.Tries < MaximumTries)) SendToOutput(picture);
    }

    private void GiveUpAfterTooManyTries(IReadOnlyList<PictureAtWork> pictures, string cause)
    {
        foreach (var picture in pictures)
        {
            if (++picture.Tries < MaximumTries) continue;
            var unit = _units[picture.Unit.Number];
            unit.Pictures.Remove(picture.Item.Number);
            Settle(unit, picture.Item.Number, new ItemOutcome.Failed(FailureClass.Device, cause));
        }
    }

    private UnitAtWork? Reading(StreamId stream) => _units.Values.FirstOrDefault(unit => unit.Stream == stream);

    private void Forget()
    {
        _units.Clear();
        _groups.Clear();
        _batches.Clear();
        (_openModel, _openingModel) = (null, null);
    }

    /// <summary>A lent unit: what is not read yet, and what is on its way.</summary>
    private sealed class UnitAtWork(WorkUnit unit)
    {
        internal WorkUnit Unit { get; } = unit;

        internal StreamId? Stream { get; set; }

        internal int TimesReadAgain { get; set; }

        internal Dictionary<long, WorkItem> Unread { get; } = unit.Items.ToDictionary(item => item.Number);

        internal Dictionary<long, PictureAtWork> Pictures { get; } = [];
    }

    /// <summary>A picture between reading and settling.</summary>
    private sealed class PictureAtWork(WorkUnit unit, WorkItem item, ReadPicture read)
    {
        internal WorkUnit Unit { get; } = unit;

        internal WorkItem Item { get; } = item;

        internal ReadPicture Read { get; } = read;

        internal AbPlane? Ab { get; set; }

        internal int Tries { get; set; }
    }
}
