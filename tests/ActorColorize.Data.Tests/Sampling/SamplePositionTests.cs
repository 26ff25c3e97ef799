using ActorColorize.Data.Sampling;
using CsCheck;

namespace ActorColorize.Data.Tests.Sampling;

public sealed class SamplePositionTests
{
    [Fact]
    public void Epoch_and_position_give_the_sample_number_back() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, int.MaxValue], Gen.UInt)
            .Sample(
                (epoch, count, place) =>
                {
                    var number = ((long)epoch * count) + (place % (uint)count);
                    return SamplePosition.At(number, count) == new SamplePosition(epoch, (int)(place % (uint)count));
                }
            );

    [Fact]
    public void A_batch_may_cross_the_end_of_an_epoch()
    {
        Assert.Equal(new SamplePosition(0, 9), SamplePosition.At(9, 10));
        Assert.Equal(new SamplePosition(1, 0), SamplePosition.At(10, 10));
    }

    [Fact]
    public void Invalid_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplePosition.At(-1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplePosition.At(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SamplePosition.At(long.MaxValue, 1));
    }
}
