namespace ActorColorize.Model.Networks;

/// <summary>
/// Starting weights: normal with variance 2 / fan-in, which keeps the signal's size through ReLU layers (He et al., Delving Deep into
/// Rectifiers, 2015). A pure function of seed and parameter name: it uses no random generator, and is the same on every device.
/// </summary>
internal static class HeInitialization
{
    /// <summary>Gain of a layer that is followed by ReLU, which halves the variance.</summary>
    public const double ReluGain = 2;

    /// <summary>Fills a weight with normal numbers of standard deviation √(gain / fan-in).</summary>
    public static void Fill(Span<float> weight, ulong seed, string name, int fanIn, double gain)
    {
        var state = Mix(seed ^ NameHash(name));
        var deviation = Math.Sqrt(gain / fanIn);
        for (var i = 0; i < weight.Length; i += 2)
        {
            // Box-Muller: two uniform numbers, the first never 0, make two normal ones.
            var radius = deviation * Math.Sqrt(-2 * Math.Log(1 - Uniform(ref state)));
            var angle = 2 * Math.PI * Uniform(ref state);
            weight[i] = (float)(radius * Math.Cos(angle));
            if (i + 1 < weight.Length)
                weight[i + 1] = (float)(radius * Math.Sin(angle));
        }
    }

    private static double Uniform(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        return (Mix(state) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Finalizer of SplitMix64 (Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>FNV-1a, since string.GetHashCode differs from process to process.</summary>
    private static ulong NameHash(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in name)
            hash = (hash ^ letter) * 1099511628211UL;
        return hash;
    }
}
