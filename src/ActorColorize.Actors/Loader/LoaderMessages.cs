using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Datasets;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Loader;

/// <summary>What may be asked of the loader. In-process only: the messages rent buffers.</summary>
public static class LoaderCommands
{
    /// <summary>Decode the plan's batches in order from one on and send each to the consumer.</summary>
    /// <param name="Stream">The consumer's name for it.</param>
    /// <param name="Pictures">Where the pictures are.</param>
    /// <param name="Plan">Which picture goes where.</param>
    /// <param name="FirstBatch">Number of the first batch wanted.</param>
    /// <param name="Buffers">How many batches may be decoded or waiting at once.</param>
    /// <param name="DecodedAtOnce">How many of them are decoded side by side; the loader's own limit holds as well.</param>
    /// <param name="Consumer">Gets <see cref="ImageBatch"/> and, after the last, <see cref="LoaderEvents.StreamEnded"/>.</param>
    public sealed record OpenStream(
        StreamId Stream,
        PictureSet Pictures,
        IBatchPlan Plan,
        long FirstBatch,
        int Buffers,
        int DecodedAtOnce,
        IActorRef Consumer
    );

    /// <summary>The batch has been read; its buffer may be used again.</summary>
    public sealed record BatchConsumed(StreamId Stream, long Number);

    /// <summary>No more of this stream is wanted.</summary>
    public sealed record CloseStream(StreamId Stream);

    /// <summary>Fail as a loader does that cannot decode any more; for fault injections.</summary>
    /// <param name="Cause">One line.</param>
    public sealed record Fail(string Cause);

    /// <summary>Read the pictures of a work unit: thumbnail, header and hash of each, several at a time.</summary>
    /// <param name="Stream">The consumer's name for it.</param>
    /// <param name="Unit">The pictures and what was recorded of them before.</param>
    /// <param name="Files">How they are reached.</param>
    /// <param name="Consumer">Gets an <see cref="ItemRead"/> for each, then <see cref="LoaderEvents.StreamEnded"/>.</param>
    public sealed record ReadUnit(StreamId Stream, WorkUnit Unit, IArchiveFiles Files, IActorRef Consumer);
}

/// <summary>What the loader says.</summary>
public static class LoaderEvents
{
    /// <summary>All that the stream had has been delivered.</summary>
    public sealed record StreamEnded(StreamId Stream);

    /// <summary>The loader crashed and is empty again: every stream has to be opened anew.</summary>
    /// <param name="Cause">One line.</param>
    public sealed record StreamsLost(string Cause);
}
