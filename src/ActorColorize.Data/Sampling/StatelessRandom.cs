namespace ActorColorize.Data.Sampling;

/// <summary>
/// Stateless random numbers: each is a pure function of its purpose, so that a resumed run draws the same numbers as an uninterrupted one.
/// </summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) is a counter followed by a mixing
/// function, so its n-th output can be computed without the previous ones. <see cref="Hash"/> chains three such look-ups.
/// </remarks>
public static class StatelessRandom
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    /// <summary>
    /// The output number <paramref name="index"/> (from 0) of the SplitMix64 generator that starts with <paramref name="seed"/>.
    /// </summary>
    public static ulong Element(ulong seed, ulong index) => Mix(unchecked(seed + ((index + 1) * GoldenGamma)));

    /// <summary>64 random bits for the coordinates (a, b) of a stream.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="a">First coordinate, for example the epoch.</param>
    /// <param name="b">Second coordinate, for example the position in the epoch.</param>
    /// <param name="stream">Purpose of the number; different purposes use different streams, so that they are independent.</param>
    public static ulong Hash(ulong seed, long a, long b, long stream) =>
        unchecked(Element(Element(Element(seed, (ulong)stream), (ulong)a), (ulong)b));

    /// <summary>A number in [0, 1), with 53 random bits. Parameters as for <see cref="Hash"/>.</summary>
    public static double Uniform(ulong seed, long a, long b, long stream) => (Hash(seed, a, b, stream) >> 11) * (1.0 / (1UL << 53));

    /// <summary>SplitMix64's mixing function: a bijection of 64-bit numbers in which every input bit reaches every output bit.</summary>
    internal static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
