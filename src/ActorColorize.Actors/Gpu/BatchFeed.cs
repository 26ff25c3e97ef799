using ActorColorize.Actors.Loader;
using ActorColorize.Data.Datasets;
using Akka.Actor;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// One stream of the loader as its consumer sees it: batches wait here until they are taken, and each is handed back when it has been read.
/// Belongs to the consumer's actor.
/// </summary>
internal sealed class BatchFeed(
    IActorRef loader,
    IActorRef consumer,
    PictureSet pictures,
    IBatchPlan plan,
    long firstBatch,
    int buffers,
    int decodedAtOnce
)
{
    private readonly Queue<ImageBatch> _held = new();
    private StreamId _stream;

    /// <summary>Number of the batch that comes next.</summary>
    internal long Next { get; private set; } = firstBatch;

    /// <summary>Whether every batch of the plan has been taken.</summary>
    internal bool AtEnd => Next >= plan.Batches;

    /// <summary>Whether a batch is waiting.</summary>
    internal bool HasNext => _held.Count > 0;

    /// <summary>Opens the stream at the next batch: at first, and again after the loader has lost it.</summary>
    internal void Open()
    {
        _held.Clear();
        _stream = StreamId.Next();
        loader.Tell(new LoaderCommands.OpenStream(_stream, pictures, plan, Next, buffers, decodedAtOnce, consumer), consumer);
    }

    /// <summary>Keeps a batch of this stream; false for another stream's.</summary>
    internal bool Offer(ImageBatch batch)
    {
        if (batch.Stream != _stream)
            return false;
        _held.Enqueue(batch);
        return true;
    }

    /// <summary>Takes the next batch; it has to be handed back.</summary>
    internal bool TryTake(out ImageBatch batch)
    {
        if (!_held.TryDequeue(out batch!))
            return false;
        if (batch.Number != Next)
            throw new InvalidOperationException($"batch {batch.Number} came where {Next} was due");
        Next++;
        return true;
    }

    /// <summary>GrantsWork the batch's buffer back to the loader.</summary>
    internal void HandBack(ImageBatch batch) => loader.Tell(new LoaderCommands.BatchConsumed(batch.Stream, batch.Number), consumer);

    /// <summary>Gives the stream up.</summary>
    internal void Close() => loader.Tell(new LoaderCommands.CloseStream(_stream), consumer);
}
