using Akka.Actor;
using Akka.Event;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace ActorColorize.Actors.Loader;

/// <summary>
/// Streams decoded pictures: several batches at a time on the thread pool, delivered in order, never more than the stream's buffers allow.
/// An unreadable picture is reported in its batch; any other failure restarts the loader, and the consumers open their streams again.
/// </summary>
public sealed class LoaderActor : ReceiveActor
{
    private readonly LoaderSettings _settings;
    private readonly Dictionary<StreamId, LoaderStream> _streams = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ItemReader _reader;
    private readonly ActorMaterializer _materializer = Context.Materializer();

    /// <summary>Creates a loader without streams.</summary>
    public LoaderActor(LoaderSettings settings)
    {
        _settings = settings;
        _reader = new ItemReader(settings, _log);
        Receive<LoaderCommands.OpenStream>(Open);
        Receive<LoaderCommands.ReadUnit>(Read);
        Receive<ImageBatch>(Deliver);
        Receive<ItemRead>(read => Consumer(read.Stream)?.Tell(read));
        Receive<LoaderCommands.BatchConsumed>(TakeBack);
        Receive<LoaderCommands.CloseStream>(command => Close(command.Stream));
        Receive<LoaderCommands.Fail>(command => throw new LoaderException(new InvalidOperationException(command.Cause)));
        Receive<Drained>(drained => Consumer(drained.Stream)?.Tell(new LoaderEvents.StreamEnded(drained.Stream)));
        Receive<Broke>(broke =>
        {
            if (_streams.ContainsKey(broke.Stream))
                throw new LoaderException(broke.Cause);
        });
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        foreach (var stream in _streams.Values)
            stream.Dispose();
        _streams.Clear();
        _materializer.Dispose();
    }

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        base.PostRestart(reason);
        Context.Parent.Tell(new LoaderEvents.StreamsLost(reason.Message));
    }

    private void Open(LoaderCommands.OpenStream command)
    {
        var plan = command.Plan;
        var stream = new BatchStream(
            command.Consumer,
            new PixelBufferPool(command.Buffers, plan.BatchSize * plan.Side * plan.Side * 3),
            new BatchDecoder(command.Pictures, plan, _settings.NewDecoder)
        );
        _streams.Add(command.Stream, stream);
        _log.Debug("stream {0}: {1} buffers, {2} bytes at most", command.Stream.Number, command.Buffers, stream.Pool.BudgetBytes);
        Source
            .From(Numbers(command.FirstBatch, plan.Batches))
            .SelectAsync(Math.Min(command.DecodedAtOnce, _settings.Parallelism), number => DecodeAsync(command.Stream, stream, number))
            .TakeWhile(decoded => decoded.Batch is not null)
            .Select(decoded => decoded.Batch!)
            .RunWith(
                Sink.ActorRef<ImageBatch>(Self, new Drained(command.Stream), cause => new Broke(command.Stream, cause)),
                _materializer
            );
    }

    private static async Task<Decoded> DecodeAsync(StreamId id, BatchStream stream, long number)
    {
        try
        {
            var buffer = await stream.Pool.RentAsync(stream.Closed);
            return new Decoded(await Task.Run(() => stream.Decoder.Decode(id, number, buffer), stream.Closed));
        }
        catch (OperationCanceledException) when (stream.Closed.IsCancellationRequested)
        {
            return new Decoded(null);
        }
    }

    private void Deliver(ImageBatch batch)
    {
        if (!_streams.TryGetValue(batch.Stream, out var opened) || opened is not BatchStream stream)
            return;
        stream.Rented.Add(batch.Number, batch.Pixels);
        stream.Consumer.Tell(batch);
    }

    private void TakeBack(LoaderCommands.BatchConsumed consumed)
    {
        if (
            _streams.TryGetValue(consumed.Stream, out var opened)
            && opened is BatchStream stream
            && stream.Rented.Remove(consumed.Number, out var buffer)
        )
            stream.Pool.Return(buffer);
    }

    private void Read(LoaderCommands.ReadUnit command)
    {
        var stream = new LoaderStream(command.Consumer);
        _streams.Add(command.Stream, stream);
        var (specification, files) = (command.Unit.Specification, command.Files);
        var closed = stream.Closed;
        var reader = _reader;
        Source
            .From(command.Unit.Items)
            .SelectAsync(_settings.Parallelism, item => reader.ReadAsync(command.Stream, item, specification, files))
            .TakeWhile(_ => !closed.IsCancellationRequested)
            .RunWith(Sink.ActorRef<ItemRead>(Self, new Drained(command.Stream), cause => new Broke(command.Stream, cause)), _materializer);
    }

    private void Close(StreamId id)
    {
        if (_streams.Remove(id, out var stream))
            stream.Dispose();
    }

    private IActorRef? Consumer(StreamId id) => _streams.GetValueOrDefault(id)?.Consumer;

    private static IEnumerable<long> Numbers(long first, long end)
    {
        for (var number = first; number < end; number++)
            yield return number;
    }

    /// <summary>A batch, or nothing once the stream is closed.</summary>
    private sealed record Decoded(ImageBatch? Batch);

    private sealed record Drained(StreamId Stream);

    private sealed record Broke(StreamId Stream, Exception Cause);

    /// <summary>A stream with its consumer and its cancellation.</summary>
    private class LoaderStream(IActorRef consumer) : IDisposable
    {
        private readonly CancellationTokenSource _closing = new();

        internal IActorRef Consumer { get; } = consumer;

        internal CancellationToken Closed => _closing.Token;

        public virtual void Dispose() => _closing.Cancel();
    }

    /// <summary>A stream of batches with its buffers.</summary>
    private sealed class BatchStream(IActorRef consumer, PixelBufferPool pool, BatchDecoder decoder) : LoaderStream(consumer)
    {
        internal PixelBufferPool Pool { get; } = pool;

        internal BatchDecoder Decoder { get; } = decoder;

        internal Dictionary<long, PixelBuffer> Rented { get; } = [];

        public override void Dispose()
        {
            base.Dispose();
            Decoder.Dispose();
        }
    }
}
