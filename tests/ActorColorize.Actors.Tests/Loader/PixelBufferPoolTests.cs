using ActorColorize.Actors.Loader;

namespace ActorColorize.Actors.Tests.Loader;

public sealed class PixelBufferPoolTests
{
    [Fact]
    public async Task A_rented_buffer_is_not_rented_again()
    {
        var pool = new PixelBufferPool(2, 10);
        var first = await pool.RentAsync(default);
        await pool.RentAsync(default);
        var waiting = pool.RentAsync(default).AsTask();

        Assert.False(waiting.IsCompleted);
        pool.Return(first);
        Assert.Same(first, await waiting);
        Assert.Equal(20, pool.BudgetBytes);
        Assert.Equal(2, pool.Rented);
    }

    [Fact]
    public async Task The_longest_waiting_renter_is_served_first()
    {
        var pool = new PixelBufferPool(1, 10);
        var buffer = await pool.RentAsync(default);
        var first = pool.RentAsync(default).AsTask();
        var second = pool.RentAsync(default).AsTask();

        pool.Return(buffer);

        Assert.Same(buffer, await first);
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task A_buffer_returned_twice_is_a_fault()
    {
        var pool = new PixelBufferPool(1, 10);
        var buffer = await pool.RentAsync(default);
        pool.Return(buffer);

        Assert.Throws<InvalidOperationException>(() => pool.Return(buffer));
    }
}
