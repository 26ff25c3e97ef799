using Akka.Actor;
using Akka.Hosting;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorColorize.Actors.Inspection;

/// <summary>
/// Inspects a dataset: streams the numbers of its pictures through as many tasks as there are cores, each with its own decoder, first to
/// examine each picture, then to compare those that look alike. A picture that cannot be read is a finding; anything else ends the
/// inspection with its cause. One inspection at a time.
/// </summary>
/// <remarks>
/// It does not use the loader, although the decoder is the same: the loader delivers the pixels of ordered batches to a device, while here
/// a few numbers are computed from each picture where it was decoded, on every core and in any order, including the size of the original.
/// </remarks>
public sealed class InspectionActor : ReceiveActor
{
    private readonly InspectionSettings _settings;
    private readonly ActorMaterializer _materializer = Context.Materializer();
    private readonly CancellationTokenSource _stopping = new();
    private DatasetSurvey? _survey;
    private IActorRef _asker = ActorRefs.Nobody;
    private int _done;

    /// <summary>Creates an idle actor.</summary>
    public InspectionActor(InspectionSettings settings)
    {
        _settings = settings;
        Receive<InspectionCommands.Inspect>(Begin);
        Receive<Looked>(looked => Count("looking at pictures", looked.Pictures, looked.Total));
        Receive<LookedAtAll>(_ => FindLookAlikes());
        Receive<LookAlikesFound>(_ => Compare());
        Receive<Compared>(compared => Count("comparing look-alikes", compared.Pictures, compared.Total));
        Receive<ComparedAll>(_ => SumUp());
        Receive<InspectionEvents.Inspected>(End);
        Receive<Status.Failure>(failure => End(new InspectionEvents.Failed(failure.Cause)));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        _materializer.Dispose();
        _survey?.Dispose();
    }

    private void Begin(InspectionCommands.Inspect command)
    {
        if (_survey is not null)
        {
            command.ReplyTo.Tell(new InspectionEvents.Failed(new InvalidOperationException("another inspection is in progress")));
            return;
        }

        _asker = command.ReplyTo;
        var survey = _survey = new DatasetSurvey(command.Splits, _settings.Side);
        Stream(
            Enumerable.Range(0, survey.Pictures),
            pictures =>
            {
                survey.Look(pictures);
                return new Looked(pictures.Length, survey.Pictures);
            },
            new LookedAtAll()
        );
    }

    private void FindLookAlikes()
    {
        var (survey, stop) = (_survey!, _stopping.Token);
        _asker.Tell(new InspectionEvents.Progressed("searching for look-alikes", 0, survey.Pictures));
        Task.Run(
                () =>
                {
                    survey.FindLookAlikes(stop);
                    return new LookAlikesFound();
                },
                stop
            )
            .PipeTo(Self);
    }

    private void Compare()
    {
        _done = 0;
        var survey = _survey!;
        var toCompare = survey.ToCompare;
        Stream(
            toCompare,
            pictures =>
            {
                survey.Compare(pictures);
                return new Compared(pictures.Length, toCompare.Length);
            },
            new ComparedAll()
        );
    }

    private void SumUp()
    {
        var survey = _survey!;
        _asker.Tell(new InspectionEvents.Progressed("sorting colours into bins", 0, survey.Pictures));
        Task.Run(() => new InspectionEvents.Inspected(survey.Findings()), _stopping.Token).PipeTo(Self);
    }

    /// <summary>Processes all pictures in chunks on every core; notifies this actor after each chunk and at the end.</summary>
    private void Stream<T>(IEnumerable<int> pictures, Func<int[], T> work, object end)
    {
        var stop = _stopping.Token;
        Source
            .From(pictures.Chunk(_settings.PicturesAtOnce))
            .SelectAsyncUnordered(_settings.Parallelism, piece => Task.Run(() => work(piece), stop))
            .RunWith(Sink.ActorRef<T>(Self, end, static cause => new Status.Failure(cause)), _materializer);
    }

    private void Count(string what, int pictures, long total)
    {
        _done += pictures;
        _asker.Tell(new InspectionEvents.Progressed(what, _done, total));
    }

    private void End(object last)
    {
        _survey?.Dispose();
        _survey = null;
        _done = 0;
        _asker.Tell(last);
    }

    private sealed record Looked(int Pictures, int Total);

    private sealed record LookedAtAll;

    private sealed record LookAlikesFound;

    private sealed record Compared(int Pictures, int Total);

    private sealed record ComparedAll;
}

/// <summary>Settings of the inspection.</summary>
public sealed record InspectionSettings
{
    /// <summary>
    /// Side of the squares to examine, pixels: the size of most presets, so that "without colour" means the same as in training.
    /// </summary>
    public int Side { get; init; } = 128;

    /// <summary>Pictures per chunk.</summary>
    public int PicturesAtOnce { get; init; } = 32;

    /// <summary>Chunks processed at the same time.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;
}

/// <summary>Adds an inspection actor to an actor system.</summary>
public static class InspectionHosting
{
    /// <summary>Starts the actor.</summary>
    public static AkkaConfigurationBuilder AddInspection(this AkkaConfigurationBuilder builder, InspectionSettings settings) =>
        builder.WithActors(
            (system, registry) =>
                registry.Register<InspectionActor>(system.ActorOf(Props.Create(() => new InspectionActor(settings)), "inspection"))
        );
}
