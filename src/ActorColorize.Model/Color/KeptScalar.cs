using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

/// <summary>
/// Numbers beside tensors, kept for ever. A number written into a tensor expression becomes a temporary object with a native part, which
/// the garbage collector may free while
/// LibTorch still reads it (seen as "Unknown scalar type", or a wrong number). The numbers of a formula are few: one object for each, never
/// freed. Sums have one that is not seen:
/// TorchSharp's + and add make the factor of the second summand, so sums are written with what is below. The build refuses the others
/// (BannedSymbols.txt).
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
