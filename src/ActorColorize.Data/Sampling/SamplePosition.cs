using System.Runtime.InteropServices;

namespace ActorColorize.Data.Sampling;

/// <summary>Position of a sample in a run: the epoch, and the position in it.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Position">The position in the epoch, from 0 to the number of pictures less one.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SamplePosition(int Epoch, int Position)
{
    /// <summary>The position of the sample with this number, when each epoch has <paramref name="count"/> samples.</summary>
    /// <param name="sampleNumber">Number of the sample in the whole run, from 0: step × batch + position in the batch.</param>
    /// <param name="count">Pictures in the dataset, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative number, a count below 1, or an epoch beyond 2³¹ − 1.</exception>
    public static SamplePosition At(long sampleNumber, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sampleNumber);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var (epoch, position) = Math.DivRem(sampleNumber, count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(epoch, int.MaxValue, nameof(sampleNumber));
        return new SamplePosition((int)epoch, (int)position);
    }
}
