using System.Text.Json.Serialization;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Metrics;

/// <summary>A line of a run's <c>metrics.jsonl</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(TrainLine), "train")]
[JsonDerivedType(typeof(ValidationLine), "validation")]
[JsonDerivedType(typeof(EventLine), "event")]
[JsonDerivedType(typeof(FaultLine), "fault")]
public abstract record MetricsLine
{
    /// <summary>Completed steps.</summary>
    [JsonPropertyOrder(-2)]
    public required long Step { get; init; }

    /// <summary>When the line was written.</summary>
    [JsonPropertyOrder(-1)]
    public required DateTimeOffset Time { get; init; }
}

/// <summary>
/// Progress of training: a <see cref="StepResult"/> and the <see cref="StepWindow"/> that it closes, as they are stored. The losses of the
/// step itself do not depend on when lines are written, so a resumed run has the same ones to the last digit.
/// </summary>
public sealed record TrainLine : MetricsLine
{
    /// <summary>Epoch of the step's last picture, counted from 0.</summary>
    public required long Epoch { get; init; }

    /// <summary>Loss of this step: mean per pixel, weighted nats.</summary>
    public required double Loss { get; init; }

    /// <summary>Loss of this step, summed over pixels and pictures.</summary>
    public required double LossSum { get; init; }

    /// <summary>Loss of this step divided by the sum of its pixels' weights.</summary>
    public required double LossWeightedMean { get; init; }

    /// <summary>Mean of <see cref="Loss"/> over the steps since the last line.</summary>
    public required double LossMean { get; init; }

    /// <summary>The largest <see cref="Loss"/> since the last line.</summary>
    public required double LossMaximum { get; init; }

    /// <summary>Steps since the last line.</summary>
    public required int Steps { get; init; }

    /// <summary>Norm of the gradient of this step, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Learning rate of this step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Pictures trained on per second since the last line.</summary>
    public required double PicturesPerSecond { get; init; }

    /// <summary>Share of the time since the last line spent waiting for data, 0 to 1.</summary>
    public required double DataWaitShare { get; init; }

    /// <summary>Resident memory of the process that the device is in, bytes.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Seconds until the run ends, estimated; null when not known yet.</summary>
    public double? RemainingSeconds { get; init; }

    /// <summary>Wall-clock time when it ends, estimated; null when not known yet.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>The window of steps that ends with this line. The remaining time is not estimated again.</summary>
    [JsonIgnore]
    public StepWindow Window =>
        new((int)Epoch, LossMean, LossMaximum, LearningRate, PicturesPerSecond, DataWaitShare, MemoryBytes, Remaining: null);

    /// <summary>The line of a step that closes a window.</summary>
    /// <param name="step">The window's last step.</param>
    /// <param name="window">The window.</param>
    /// <param name="finiteSteps">Steps that the window's means are over.</param>
    /// <param name="time">Now.</param>
    /// <param name="end">When the run ends, estimated; null when not known yet.</param>
    internal static TrainLine Of(StepResult step, StepWindow window, int finiteSteps, DateTimeOffset time, DateTimeOffset? end) =>
        new()
        {
            Step = step.Step,
            Time = time,
            Epoch = window.Epoch,
            Loss = step.LossPerPixel,
            LossSum = step.LossSum,
            LossWeightedMean = step.WeightedMean,
            LossMean = window.LossMean,
            LossMaximum = window.LossMaximum,
            Steps = finiteSteps,
            GradientNorm = step.GradientNorm,
            LearningRate = step.LearningRate,
            PicturesPerSecond = window.PicturesPerSecond,
            DataWaitShare = window.DataWaitShare,
            MemoryBytes = window.ResidentBytes,
            RemainingSeconds = window.Remaining?.TotalSeconds,
            End = end,
        };
}

/// <summary>Results on the validation set.</summary>
public sealed record ValidationLine : MetricsLine
{
    /// <summary>Mean loss per pixel, weighted nats.</summary>
    public required double Loss { get; init; }

    /// <summary>The same for the best constant distribution on the same pictures.</summary>
    public required double BaselineLoss { get; init; }

    /// <summary>Pictures validated on.</summary>
    public required long Pictures { get; init; }

    /// <summary>Mean chroma of the network's colours, CIELAB units; null when not measured.</summary>
    public double? MeanChroma { get; init; }

    /// <summary>Mean chroma of the pictures' own colours; null when not measured.</summary>
    public double? TrueMeanChroma { get; init; }

    /// <summary>Share of the labelled validation pictures whose scene was recognised.</summary>
    public double? SceneAccuracy { get; init; }

    /// <summary>
    /// The network's colours over the ab plane (<see cref="Model.Evaluation.CoarseColors"/>); null when not counted, as in earlier
    /// versions.
    /// </summary>
    public string? OurColors { get; init; }

    /// <summary>The pictures' own colours, likewise.</summary>
    public string? TrueColors { get; init; }

    /// <summary>Duration of the validation, seconds.</summary>
    public required double Seconds { get; init; }
}

/// <summary>Something that happened to the run: start, resume, checkpoint, fault, stop.</summary>
public sealed record EventLine : MetricsLine
{
    /// <summary>
    /// What happened, in one word, for programs: <c>started</c>, <c>resumed</c>, <c>checkpoint</c>, <c>checkpoint_rejected</c>,
    /// <c>fault</c>, <c>stopped</c>.
    /// </summary>
    public required string Event { get; init; }

    /// <summary>What happened, in one line, for people.</summary>
    public required string Message { get; init; }
}

/// <summary>
/// A fault and its cost. Written when training continues or the run has ended; an event line was written when it occurred.
/// </summary>
public sealed record FaultLine : MetricsLine
{
    /// <summary>Its kind, as <see cref="DeviceFaultKind"/> names it.</summary>
    public required string Fault { get; init; }

    /// <summary>Its message, in one line.</summary>
    public required string Cause { get; init; }

    /// <summary>The recovery action, in one line.</summary>
    public required string Action { get; init; }

    /// <summary>Steps that had to be repeated.</summary>
    public required long LostSteps { get; init; }

    /// <summary>Time from the fault until training continued, seconds; null if it did not.</summary>
    public double? Seconds { get; init; }
}
