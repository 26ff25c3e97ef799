using System.Runtime.InteropServices;

namespace ActorColorize.Data.Sampling;

/// <summary>
/// A tone curve on the lightness that a network sees: L′ = 100 · gain · (L/100)^gamma, clipped to 0…100. A gamma above 1 darkens the
/// midtones, a gain below 1 lowers the whites, as in faded prints. The default value changes nothing.
/// </summary>
/// <param name="LogGamma">Natural logarithm of gamma.</param>
/// <param name="LogGain">Natural logarithm of the gain.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LightnessCurve(double LogGamma, double LogGain)
{
    /// <summary>Exponent of lightness.</summary>
    public double Gamma => Math.Exp(LogGamma);

    /// <summary>Factor on lightness.</summary>
    public double Gain => Math.Exp(LogGain);

    /// <summary>Whether lightness is unchanged.</summary>
    public bool IsIdentity => LogGamma == 0 && LogGain == 0;

    /// <summary>The curve of a sample: a pure function of seed, epoch and position.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="position">The position in the epoch, from 0.</param>
    /// <param name="jitter">Strength: gamma lies between 1/(1 + jitter) and 1 + jitter, the gain between 1/(1 + jitter) and 1, both uniform
    /// on a logarithmic scale. 0 changes nothing.</param>
    internal static LightnessCurve For(ulong seed, int epoch, int position, double jitter)
    {
        if (jitter == 0)
            return default;
        var reach = Math.Log(1 + jitter);
        return new LightnessCurve(
            reach * ((2 * StatelessRandom.Uniform(seed, epoch, position, RandomStream.LightnessGamma)) - 1),
            -reach * StatelessRandom.Uniform(seed, epoch, position, RandomStream.LightnessGain)
        );
    }
}
