using System.Diagnostics;
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

    internal TrainingOnDevice(
        RunId run, Attempt attempt, RunFolder folder, RunDocument document, PictureSet trainingPictures, PictureSet validationPictures, int epochSize, TrainingSession session, BatchFeed feed)
    {
        Run = run;
        Attempt = attempt;
        Folder = folder;
        Document = document;
        TrainingPictures = trainingPictures;
        ValidationPictures = validationPictures;
        Session = session;
        Feed = feed;
        _epochSize = epochSize;
    }

    internal RunId Run { get; }

    internal Attempt Attempt { get; }

    internal RunFolder Folder { get; }

    internal RunDocument Document { get; }

    internal PictureSet TrainingPictures { get; }

    internal PictureSet ValidationPictures { get; }

    internal TrainingSession Session { get; }

    internal BatchFeed Feed { get; }

    /// <summary>Steps completed at which to wait; null while nothing has been asked.</summary>
    internal StepNumber? Target { get; set; }

    internal StepNumber Step => new(Session.CompletedSteps);

    /// <summary>The epoch that the last completed step's samples belong to, from 0.</summary>
    internal int Epoch => SamplePosition.At(Math.Max(0, Session.CompletedSteps * Document.Configuration.BatchSize - 1), _epochSize).Epoch;

    /// <summary>Makes one step on the next batch, if one is there.</summary>
    internal bool TryStep(out RunEvents.StepMade made, out IReadOnlyList<UnreadablePicture> newlyUnreadable)
    {
        made = default!;
        newlyUnreadable = [];
        var waited = _sinceLastStep.Elapsed;
        if (!Feed.TryTake(out var batch)) return false;
        var clock = Stopwatch.StartNew();
        var result = Session.Train(batch.Rgb_BHWC, batch.Items.Count, batch.Side, batch.Labels(TrainingPictures));
        made = new RunEvents.StepMade(
            Run,
            new StepNumber(result.Step),
            Epoch,
            new StepLoss(result.LossSum, result.LossPerPixel, result.WeightedMean),
            result.GradientNorm,
            result.LearningRate,
            result.Pictures,
            result.Skipped,
            clock.Elapsed.TotalSeconds,
            waited.TotalSeconds);
        newlyUnreadable = [.. batch.Unreadable.Where(picture => _reportedUnreadable.Add(picture.Item))];
        Feed.HandBack(batch);
        _sinceLastStep.Restart();
        return true;
    }

    /// <summary>Begins to count the time that the device waits for data anew, after something else than a step.</summary>
    internal void RestartWaitingClock() => _sinceLastStep.Restart();

    /// <inheritdoc/>
    public void Dispose()
    {
        Feed.Close();
        Session.Dispose();
    }
}
