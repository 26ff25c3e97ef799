namespace ActorColorize.Data.Sampling;

/// <summary>
/// The order in which an epoch visits the pictures: a different permutation for each epoch, a pure function of (seed, epoch, position),
/// with nothing stored.
/// </summary>
/// <remarks>
/// A keyed Feistel network over numbers written as (left, right) with left &lt; a and right &lt; b, where a·b is the smallest such product
/// that covers the count; a result outside the range is encrypted again until it is inside ("cycle walking"). Both are bijections, so the
/// whole is one. Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002, methods 2 and 3. The two moduli swap sides in
/// every round, so the rounds are an even number.
/// </remarks>
public sealed class EpochOrder
{
    // Luby and Rackoff need four rounds; small domains need more to look shuffled.
    private const int Rounds = 8;

    private readonly uint left;
    private readonly uint right;

    /// <summary>Creates the orders for a set of pictures.</summary>
    /// <param name="count">Pictures in the set, at least 1.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public EpochOrder(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Count = count;
        Seed = seed;
        left = (uint)Math.Ceiling(Math.Sqrt(count));
        right = (uint)(((long)count + left - 1) / left);
    }

    /// <summary>Pictures in the set.</summary>
    public int Count { get; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; }

    /// <summary>The picture at a position of an epoch. Over all positions of one epoch each picture occurs exactly once.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="position">The position in the epoch, from 0 to <see cref="Count"/> − 1.</param>
    /// <returns>The picture's index, from 0 to <see cref="Count"/> − 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative epoch, or a position outside the epoch.</exception>
    public int ItemAt(int epoch, int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, Count);
        var key = StatelessRandom.Hash(Seed, epoch, 0, RandomStream.EpochOrder);
        var item = (ulong)position;
        do item = Permute(item, key);
        while (item >= (ulong)Count);
        return (int)item;
    }

    private ulong Permute(ulong item, ulong key)
    {
        var l = item / right;
        var r = item % right;
        var leftModulus = (ulong)left;
        var rightModulus = (ulong)right;
        for (var round = 0; round < Rounds; round++)
        {
            var sum = l + (StatelessRandom.Element(key + (ulong)round, r) % leftModulus);
            l = r;
            r = sum >= leftModulus ? sum - leftModulus : sum;
            (leftModulus, rightModulus) = (rightModulus, leftModulus);
        }

        return (l * right) + r;
    }
}
