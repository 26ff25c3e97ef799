using ActorColorize.Data.Datasets;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// What may be asked of the GPU actor beside training (<see cref="DeviceCommands"/>). In-process only: the messages carry pixels.
/// </summary>
public static class GpuCommands
{
    /// <summary>Load a model for colorizing, in place of the one before.</summary>
    /// <param name="Path">A .safetensors file, a checkpoint folder or a run folder.</param>
    public sealed record OpenModel(string Path);

    /// <summary>Predict the chroma of some thumbnails of one size.</summary>
    /// <param name="Batch">The asker's number for it, returned in the answer.</param>
    /// <param name="Thumbnails">All of the same size; at most <paramref name="BatchSize"/>.</param>
    /// <param name="BatchSize">The size that the batch is filled up to, so that the network always sees the same shape.</param>
    /// <param name="Decoding">How the network's answer becomes colours.</param>
    /// <param name="TraceParent">The job's span, as a <c>traceparent</c>; null without tracing.</param>
    /// <param name="WithDistribution">Whether the network's distributions are wanted too; only for a batch of one.</param>
    public sealed record Colorize(
        long Batch,
        IReadOnlyList<Thumbnail> Thumbnails,
        int BatchSize,
        Decoding Decoding,
        string? TraceParent = null,
        bool WithDistribution = false
    );

    /// <summary>Measure models on pictures with known colours.</summary>
    /// <param name="Models">The model, and after it the one that it is compared with, if any.</param>
    /// <param name="Pictures">The pictures to measure on.</param>
    /// <param name="PriorPictures">The pictures whose colours say what is rare, for the rebalanced measure: the training split, where there
    /// is one.</param>
    /// <param name="BatchSize">Pictures that the network sees at once.</param>
    /// <param name="Side">Side of the square pictures, pixels.</param>
    /// <param name="Frontier">Other ways of reading the first model's answer, to be measured beside it; may be empty.</param>
    /// <param name="Show">Which pictures are handed back.</param>
    /// <param name="ReplyTo">Gets <see cref="GpuEvents.EvaluationProgressed"/>, then <see cref="GpuEvents.Evaluated"/> or <see
    /// cref="GpuEvents.ModelRefused"/>.</param>
    public sealed record Evaluate(
        IReadOnlyList<EvaluatedModel> Models,
        PictureSet Pictures,
        PictureSet PriorPictures,
        int BatchSize,
        int Side,
        IReadOnlyList<Decoding> Frontier,
        PictureSelection Show,
        IActorRef ReplyTo
    );
}

/// <summary>What the GPU actor answers beside training.</summary>
public static class GpuEvents
{
    /// <summary>The model is on the device.</summary>
    /// <param name="Path">As asked.</param>
    /// <param name="Device">Device, precision, threads and engine, in words.</param>
    public sealed record ModelOpened(string Path, string Device);

    /// <summary>The model cannot be used.</summary>
    /// <param name="Path">As asked.</param>
    /// <param name="Reason">One line.</param>
    public sealed record ModelRefused(string Path, string Reason);

    /// <summary>The chroma of a batch's thumbnails, in their order.</summary>
    /// <param name="Batch">As asked.</param>
    /// <param name="Planes">The chroma.</param>
    /// <param name="Distribution">The network's distributions, if they were wanted and the model's reading allows it.</param>
    public sealed record Colorized(long Batch, IReadOnlyList<AbPlane> Planes, ColorDistribution? Distribution = null);

    /// <summary>An evaluation moved on.</summary>
    /// <param name="What">What is being done.</param>
    /// <param name="Done">Pictures so far.</param>
    /// <param name="Total">Pictures in all.</param>
    public sealed record EvaluationProgressed(string What, long Done, long Total);

    /// <summary>All pictures are measured.</summary>
    /// <param name="Report">The measures.</param>
    /// <param name="Frontier">The figures of the other ways of reading the first model's answer, in their order.</param>
    /// <param name="Pictures">The figures of every picture.</param>
    /// <param name="Best">The best pictures, the best first.</param>
    /// <param name="Worst">The worst pictures, the worst first.</param>
    /// <param name="Gallery">The pictures at even distances, in the order of the set.</param>
    /// <param name="Unreadable">Pictures left out because they cannot be read: name and reason.</param>
    public sealed record Evaluated(
        EvaluationReport Report,
        IReadOnlyList<FrontierPoint> Frontier,
        EvaluatedPictures Pictures,
        IReadOnlyList<ShownPicture> Best,
        IReadOnlyList<ShownPicture> Worst,
        IReadOnlyList<ShownPicture> Gallery,
        IReadOnlyList<(string Path, string Reason)> Unreadable
    );

    /// <summary>The GPU actor crashed and is empty again.</summary>
    /// <param name="Fault">What went wrong.</param>
    public sealed record GpuLost(DeviceFault Fault)
    {
        /// <summary>One line.</summary>
        public string Cause => Fault.Cause;
    }
}
