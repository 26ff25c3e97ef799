using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// Scalars for tensor expressions, cached forever. A number in a tensor expression becomes a temporary object with a native handle, which
/// the garbage collector may free while LibTorch still reads it (the symptom is "Unknown scalar type", or a wrong result). Formulas have
/// few constants, so each has one object that is never freed. Some methods create a scalar inside: TorchSharp's + and add the factor of the
/// second operand, square the exponent, ToDouble the number that it reads. The methods below take their place. The build bans the others
/// (BannedSymbols.txt), and a test looks for further ones in TorchSharp's code.
/// </summary>
internal static class KeptScalar
{
    private static readonly ConcurrentDictionary<double, Scalar> Kept = new();
    private static readonly Scalar One = K(1);
    private static readonly Scalar Two = K(2);

    /// <summary>The scalar of a constant. For constants only: each value stays in memory.</summary>
    public static Scalar K(double constant) => Kept.GetOrAdd(constant, static value => value.ToScalar());

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>a + b.</summary>
    public static Tensor Plus(this Tensor a, Scalar b) => a.add(b, One);

    /// <summary>a − b.</summary>
    public static Tensor Minus(this Scalar a, Tensor b) => b.negative().add(a, One);

    /// <summary>Adds b to a, in place.</summary>
    public static Tensor Add(this Tensor a, Tensor b) => a.add_(b, One);

    /// <summary>Adds b to a, in place.</summary>
    public static Tensor Add(this Tensor a, Scalar b) => a.add_(b, One);

    /// <summary>a².</summary>
    public static Tensor Squared(this Tensor a) => a.pow(Two);

    /// <summary>The number in a tensor of one element.</summary>
    public static double Number(this Tensor a)
    {
        using var number = a.ToScalar();
        return number.ToDouble();
    }
}
