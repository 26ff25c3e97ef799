using System.Diagnostics;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Gpu;

/// <summary>A run as it stands on the device: the session, its stream of batches and how far it may go.</summary>
internal sealed class TrainingOnDevice : IDisposable
{
    private readonly HashSet<int> _reportedUnreadable = [];
    private readonly Stopwatch _sinceLastStep = new();
    private readonly int _epochSize;
    private readonly Func<long, BatchFeed> _newFeed;
    private readonly Func<ScheduledStage, GuardedStep> _newGuard;
    private ScheduledStage _stage;

    internal TrainingOnDevice(
        RunId run,
        Attempt attempt,
        RunFolder folder,
        RunDocument document,
        PictureSet trainingPictures,
        PictureSet validationPictures,
        int epochSize,
        TrainingSession session,
        Func<long, BatchFeed> newFeed,
        Func<ScheduledStage, GuardedStep> newGuard
    )
    {
        Run = run;
        Attempt = attempt;
        Folder = folder;
        Document = document;
        TrainingPictures = trainingPictures;
        ValidationPictures = validationPictures;
        Session = session;
        _epochSize = epochSize;
        (_newFeed, _newGuard) = (newFeed, newGuard);
        _stage = document.Configuration.StageAt(session.CompletedSteps);
        Feed = newFeed(session.CompletedSteps);
        Guard = newGuard(_stage);
    }

    internal RunId Run { get; }

    internal Attempt Attempt { get; }

    internal RunFolder Folder { get; }

    internal RunDocument Document { get; }

    internal PictureSet TrainingPictures { get; }

    internal PictureSet ValidationPictures { get; }

    internal TrainingSession Session { get; }

    /// <summary>Pictures of the stage that the run is in.</summary>
    internal BatchFeed Feed { get; private set; }

    /// <summary>Makes the steps, and puts up with what the device can fix itself.</summary>
    internal GuardedStep Guard { get; private set; }

    /// <summary>Steps completed at which to wait; null while nothing has been asked.</summary>
    internal StepNumber? Target { get; set; }

    internal StepNumber Step => new(Session.CompletedSteps);

    /// <summary>The epoch that the last completed step's samples belong to, from 0.</summary>
    internal int Epoch => SamplePosition.At(Math.Max(0, _stage.SamplesBefore(Session.CompletedSteps) - 1), _epochSize).Epoch;

    /// <summary>Goes over to the next stage where the present one is over.</summary>
    internal void EnterStage()
    {
        if (Session.CompletedSteps < _stage.EndStep)
            return;
        _stage = Document.Configuration.StageAt(Session.CompletedSteps);
        Feed.Close();
        Guard.Dispose();
        Feed = _newFeed(Session.CompletedSteps);
        Guard = _newGuard(_stage);
        Feed.Open();
        RestartWaitingClock();
    }

    /// <summary>Makes one step on the next batch; null where none is there.</summary>
    /// <param name="notFinite">Why nothing was learned from the batch; null where something was, and where it is in quarantine.</param>
    /// <param name="newlyUnreadable">Its pictures that could not be decoded and were not reported before.</param>
    internal RunEvents.StepMade? TryStep(out string? notFinite, out IReadOnlyList<UnreadablePicture> newlyUnreadable)
    {
        (notFinite, newlyUnreadable) = (null, []);
        var waited = _sinceLastStep.Elapsed;
        if (!Feed.TryTake(out var batch))
            return null;
        var clock = Stopwatch.StartNew();
        var result = Guard.Run(batch, batch.Labels(TrainingPictures), out notFinite);
        if (notFinite is not null)
            SkippedBatch.Note(
                Folder,
                new SkippedBatch(result.Step, DateTimeOffset.UtcNow, notFinite, [.. batch.Items.Select(TrainingPictures.RelativePath)])
            );
        var made = new RunEvents.StepMade(Run, result, Epoch, clock.Elapsed.TotalSeconds, waited.TotalSeconds);
        newlyUnreadable = [.. batch.Unreadable.Where(picture => _reportedUnreadable.Add(picture.Item))];
        Feed.HandBack(batch);
        _sinceLastStep.Restart();
        return made;
    }

    /// <summary>Begins to count the time that the device waits for data anew, after something else than a step.</summary>
    internal void RestartWaitingClock() => _sinceLastStep.Restart();

    /// <inheritdoc/>
    public void Dispose()
    {
        Feed.Close();
        Guard.Dispose();
        Session.Dispose();
    }
}
