using ActorColorize.Actors.Device;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Metrics;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Output;

/// <summary>
/// Recomposes pictures: several at a time on the thread pool, as many as fit into the memory budget, and a larger one alone. A picture
/// counts as finished only when its file has its final name.
/// </summary>
public sealed class OutputActor : ReceiveActor
{
    private readonly OutputSettings _settings;
    private readonly Queue<OutputCommands.Recompose> _waiting = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly object _incarnation = new();
    private readonly OutputRoots _roots = new();
    private long _bytesAtWork;
    private int _atWork;

    /// <summary>Creates an idle output actor.</summary>
    /// <param name="settings">Limits.</param>
    /// <param name="metrics">Receives events about finished panels.</param>
    public OutputActor(OutputSettings settings, IActorRef metrics)
    {
        _settings = settings;
        var panels = Context.ActorOf(Props.Create(() => new PanelWriter(metrics)).WithDispatcher(Dispatchers.Disk), "panels");
        Receive<OutputCommands.Recompose>(command =>
        {
            _waiting.Enqueue(command);
            StartWhatFits();
        });
        Receive<Finished>(finished =>
        {
            if (finished.Fault is { } fault)
                _log.Warning(fault, "{0} cannot be finished: {1}", finished.Event.Item.RelativePath, fault.Message);
            if (finished.OutputRoot is { } root)
                _roots.Keep(finished.Event.Unit.Lease.Job, root);
            finished.ReplyTo.Tell(finished.Event);
            if (finished.By != _incarnation)
                return; // started before a crash: its file is valid, but this incarnation does not track it
            _atWork--;
            _bytesAtWork -= finished.Bytes;
            StartWhatFits();
        });
        Receive<OutputCommands.WritePanel>(panels.Forward);
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new OutputEvents.OutputLost(reason.Message));
    }

    private void StartWhatFits()
    {
        while (_atWork < _settings.Parallelism && _waiting.TryPeek(out var next))
        {
            var bytes = next.Picture.Pages.Max(static page => Recomposer.EstimateBytes(page.Header));
            if (_atWork > 0 && _bytesAtWork + bytes > _settings.MemoryBudgetBytes)
                return;
            _waiting.Dequeue();
            _atWork++;
            _bytesAtWork += bytes;
            var by = _incarnation;
            var known = _roots.Find(next.Unit.Lease.Job);
            Task.Run(() =>
                {
                    var root = RealPath.Of(next.Unit.Specification.OutputRoot);
                    return new Finished(by, Finish(next, known ?? root, root), bytes, next.ReplyTo) { OutputRoot = root };
                })
                .PipeTo(Self, failure: fault => new Finished(by, Unforeseen(next, fault), bytes, next.ReplyTo) { Fault = fault });
        }
    }

    /// <param name="command">The picture.</param>
    /// <param name="first">Where the output path led when the job's first picture was written.</param>
    /// <param name="now">Where it leads now.</param>
    private OutputEvents.PictureFinished Finish(OutputCommands.Recompose command, string first, string now)
    {
        var pictures = _settings.Pictures;
        var (unit, item, picture, files) = (command.Unit, command.Item, command.Picture, command.Files);
        var job = unit.Specification;
        using var stage = PictureInstruments.Measure("write", job.TraceParent, item.RelativePath);
        OutputEvents.PictureFinished Failed(FailureClass kind, string reason, bool isTransient = false) =>
            new(unit, item, new ItemOutcome.Failed(kind, reason, isTransient));
        OutputEvents.PictureFinished Obstructed(ReleaseReason blocker, string detail) => new(unit, item, null, blocker, detail);
        if (first != now)
            return Obstructed(
                ReleaseReason.OutputNotWritable,
                $"the output folder {job.OutputRoot} led to {first} when the job began and leads to {now} now: restore the link, or cancel "
                    + "the job and submit it again"
            );
        try
        {
            command.Term.EnsureHolds(); // before the work, and again before the result is published
            var options = new RecomposeOptions
            {
                Strength = job.Strength,
                Saturation = job.Saturation,
                JpegQuality = job.JpegQuality == 0 ? null : job.JpegQuality,
            };
            var result = pictures.Recompose(
                new PictureToRecompose(
                    files.SourceFile(job, item.RelativePath),
                    [
                        .. picture.Pages.Zip(command.Ab, static (page, ab) =>
                            new RecomposePage(page.Header, page.Thumbnail, ab, page.KeepsColors)
                        ),
                    ]
                )
                {
                    Version = picture.Version,
                },
                options,
                files.ResultFile(job, item.RelativePath),
                command.Term.EnsureHolds
            );
            if (command.Distribution is { } distribution)
            {
                using var file = File.Create(files.ResultFile(job, JobSpecification.DistributionFile));
                distribution.Write(file, job.Saturation);
            }

            return new OutputEvents.PictureFinished(
                unit,
                item,
                new ItemOutcome.Done(
                    picture.SourceSha256,
                    result.Sha256,
                    result.Bytes,
                    picture.Header.Width,
                    picture.Header.Height,
                    result.MeanChroma,
                    picture.Remarks
                )
            );
        }
        catch (LeaseExpiredException)
        {
            return new OutputEvents.PictureFinished(unit, item, null);
        }
        catch (PictureException e) when (e.Problem == PictureProblem.Missing && files.Blocker(job, JobFailure.Archive) is { } blocker)
        {
            return Obstructed(ReleaseReason.ArchiveNotVisible, blocker);
        }
        catch (PictureException e)
        {
            return Failed(FailureClass.Unreadable, e.Message, isTransient: e.Problem == PictureProblem.Changed);
        }
        catch (UnauthorizedAccessException e)
        {
            return Obstructed(ReleaseReason.OutputNotWritable, e.Message);
        }
        catch (IOException e) when (StorageFault.IsDiskFull(e))
        {
            return Obstructed(ReleaseReason.OutputFull, e.Message);
        }
        catch (IOException e)
        {
            return files.Blocker(job, JobFailure.Output) is { } blocker
                ? Obstructed(ReleaseReason.OutputNotWritable, blocker)
                : Failed(FailureClass.Output, e.Message, isTransient: true);
        }
    }

    /// <summary>
    /// An unexpected exception may concern this picture only: the picture is retried, perhaps on another device. Without an answer its unit
    /// would never be complete.
    /// </summary>
    private static OutputEvents.PictureFinished Unforeseen(OutputCommands.Recompose command, Exception fault) =>
        new(
            command.Unit,
            command.Item,
            new ItemOutcome.Failed(FailureClass.Device, fault.Message.ReplaceLineEndings(" "), IsTransient: true)
        );

    private sealed record Finished(object By, OutputEvents.PictureFinished Event, long Bytes, IActorRef ReplyTo)
    {
        public string? OutputRoot { get; init; }

        public Exception? Fault { get; init; }
    }
}
