using System.Runtime.InteropServices;

namespace ActorColorize.Data.Sampling;

/// <summary>
/// How the lightness that a network sees is bent: L′ = 100 · gain · (L/100)^gamma, cut off at 0 and 100. A gamma above 1 darkens the
/// middle, a gain below 1 takes the whites down, as faded
/// prints and other films do. The default value changes nothing.
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

    /// <summary>Whether lightness stays as it is.</summary>
    public bool IsIdentity => LogGamma == 0 && LogGain == 0;

    /// <summary>The curve for a place in a run: always the same for the same seed, epoch and position.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="position">The place in the epoch, from 0.</param>
    /// <param name="jitter">How far: gamma lies between 1/(1 + jitter) and 1 + jitter, the gain between 1/(1 + jitter) and 1, both even on
    /// a logarithmic scale. 0 changes nothing.</param>
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
