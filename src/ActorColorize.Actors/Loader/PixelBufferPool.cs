using System.Threading.Channels;

namespace ActorColorize.Actors.Loader;

/// <summary>
/// The fixed set of buffers of one stream. A free buffer is the credit to decode one more batch: no buffer, no decoding, so memory is
/// bounded by <see cref="BudgetBytes"/> whatever the consumer does. Thread-safe; waiting renters are served in order.
/// </summary>
public sealed class PixelBufferPool
{
    private readonly Channel<PixelBuffer> _free;
    private readonly int _count;

    /// <summary>Allocates all buffers at once; there are never more.</summary>
    /// <param name="count">How many batches may be decoded or waiting at once.</param>
    /// <param name="bytesEach">Size of a full batch.</param>
    public PixelBufferPool(int count, int bytesEach)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesEach, 1);
        _count = count;
        BudgetBytes = (long)count * bytesEach;
        _free = Channel.CreateBounded<PixelBuffer>(count);
        for (var i = 0; i < count; i++)
            _free.Writer.TryWrite(new PixelBuffer(bytesEach));
    }

    /// <summary>Total size of the pool's buffers, bytes.</summary>
    public long BudgetBytes { get; }

    /// <summary>Buffers rented out now.</summary>
    public int Rented => _count - _free.Reader.Count;

    /// <summary>Waits for a free buffer.</summary>
    /// <exception cref="OperationCanceledException">The stream was closed.</exception>
    public ValueTask<PixelBuffer> RentAsync(CancellationToken cancellation) => _free.Reader.ReadAsync(cancellation);

    /// <summary>Returns a buffer.</summary>
    /// <exception cref="InvalidOperationException">The buffer had been returned already.</exception>
    public void Return(PixelBuffer buffer)
    {
        if (!_free.Writer.TryWrite(buffer))
            throw new InvalidOperationException("a pixel buffer was returned twice");
    }
}
