using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Datasets;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Actors.Loader;

/// <summary>Commands to the loader. In-process only: batches are in rented buffers.</summary>
public static class LoaderCommands
{
    /// <summary>Decode the plan's batches in order, beginning with a given one, and send each to the consumer.</summary>
    /// <param name="Stream">The consumer's name for it.</param>
    /// <param name="Pictures">The pictures.</param>
    /// <param name="Plan">Maps batches to pictures.</param>
    /// <param name="FirstBatch">Number of the first batch wanted.</param>
    /// <param name="Buffers">How many batches may be decoded or waiting at once.</param>
    /// <param name="DecodedAtOnce">How many of them are decoded in parallel; the loader's own limit applies as well.</param>
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

    /// <summary>The batch has been read; its buffer may be reused.</summary>
    public sealed record BatchConsumed(StreamId Stream, long Number);

    /// <summary>Close the stream.</summary>
    public sealed record CloseStream(StreamId Stream);

    /// <summary>Fail like a loader that can no longer decode; for fault injection.</summary>
    /// <param name="Cause">One line.</param>
    public sealed record Fail(string Cause);

    /// <summary>Read the pictures of a work unit: thumbnail, header and hash of each, several at a time.</summary>
    /// <param name="Stream">The consumer's name for it.</param>
    /// <param name="Unit">The unit.</param>
    /// <param name="Files">Access to its files.</param>
    /// <param name="Consumer">Gets an <see cref="ItemRead"/> for each, then <see cref="LoaderEvents.StreamEnded"/>.</param>
    public sealed record ReadUnit(StreamId Stream, WorkUnit Unit, IArchiveFiles Files, IActorRef Consumer);
}

/// <summary>Events of the loader.</summary>
public static class LoaderEvents
{
    /// <summary>The whole stream has been delivered.</summary>
    public sealed record StreamEnded(StreamId Stream);

    /// <summary>The loader crashed and lost its streams: they have to be opened again.</summary>
    /// <param name="Cause">One line.</param>
    public sealed record StreamsLost(string Cause);
}
