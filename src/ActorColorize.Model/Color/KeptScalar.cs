using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// Scalars for tensor expressions, cached forever. A number in a tensor expression becomes a temporary object with a native handle, which
/// the garbage collector may free while LibTorch still reads it (the symptom is "Unknown scalar type", or a wrong result). Formulas have
/// few constants, so each has one object that is never freed. Sums create a hidden scalar: TorchSharp's + and add create the factor of the
/// second operand, so sums use the methods below. The build bans the others (BannedSymbols.txt).
/// </summary>
internal static class KeptScalar
{
    private static readonly ConcurrentDictionary<double, Scalar> Kept = new();
    private static readonly Scalar One = K(1);

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
}
