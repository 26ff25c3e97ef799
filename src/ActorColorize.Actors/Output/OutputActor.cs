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
    private readonly IoWatch _watch;
    private long _bytesAtWork;
    private int _atWork;

    /// <summary>Creates an idle output actor.</summary>
    /// <param name="settings">Limits.</param>
    /// <param name="metrics">Receives events about finished panels.</param>
    public OutputActor(OutputSettings settings, IActorRef metrics)
    {
        _settings = settings;
        _watch = new IoWatch(settings.WriteDeadline);
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
            if (finished.Fault is not StalledIoException)
                return;
            Leave(finished.Picture); // its memory counts until its drive answers
            StartWhatFits();
        });
        Receive<Ended>(ended =>
        {
            Leave(ended.Picture);
            if (ended.Picture.By == _incarnation)
                _bytesAtWork -= ended.Picture.Bytes;
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
            Start(next, new PictureAtWork(_incarnation, bytes));
        }
    }

    private void Start(OutputCommands.Recompose command, PictureAtWork picture)
    {
        var outputRoot = command.Unit.Specification.OutputRoot;
        var known = _roots.Find(command.Unit.Lease.Job);
        var pixels = command.Picture.Pages.Sum(static page => (long)page.Header.Width * page.Header.Height);
        _watch
            .Run(
                outputRoot,
                _ =>
                {
                    var root = RealPath.Of(outputRoot);
                    return new Finished(Finish(command, known ?? root, root), picture, command.ReplyTo) { OutputRoot = root };
                },
                Count,
                TimeSpan.FromSeconds(pixels / 1e6 * OutputSettings.SecondsPerMegapixel)
            )
            .PipeTo(Self, failure: fault => new Finished(
                fault is StalledIoException
                    ? new OutputEvents.PictureFinished(
                        command.Unit,
                        command.Item,
                        null,
                        ReleaseReason.OutputNotWritable,
                        $"writing into {outputRoot}: {fault.Message}"
                    )
                    : Unforeseen(command, fault),
                picture,
                command.ReplyTo
            )
            {
                Fault = fault,
            });

        void Count(Task work)
        {
            picture.IsCounted = true;
            _atWork++;
            _bytesAtWork += picture.Bytes;
            work.ContinueWith(_ => new Ended(picture), TaskScheduler.Default).PipeTo(Self);
        }
    }

    /// <summary>Another picture may be at work in place of this one.</summary>
    private void Leave(PictureAtWork picture)
    {
        if (picture.IsCounted && picture.By == _incarnation)
            _atWork--;
        picture.IsCounted = false;
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

    /// <summary>What a picture at work takes.</summary>
    /// <param name="by">The incarnation that counts it; what began before a crash no longer counts.</param>
    /// <param name="bytes">Its memory.</param>
    private sealed class PictureAtWork(object by, long bytes)
    {
        public object By { get; } = by;

        public long Bytes { get; } = bytes;

        /// <summary>Whether it counts among the pictures at work.</summary>
        public bool IsCounted { get; set; }
    }

    /// <summary>The work on a picture has ended, perhaps long after it was given up.</summary>
    private sealed record Ended(PictureAtWork Picture);

    private sealed record Finished(OutputEvents.PictureFinished Event, PictureAtWork Picture, IActorRef ReplyTo)
    {
        public string? OutputRoot { get; init; }

        public Exception? Fault { get; init; }
    }
}
