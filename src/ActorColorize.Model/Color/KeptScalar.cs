using System.Collections.Concurrent;
using TorchSharp;

namespace ActorColorize.Model.Color;

/// <summary>
/// Numbers beside tensors, kept for ever. A number written into a tensor expression becomes a temporary object with a native part, which the garbage collector may free while
/// LibTorch still reads it (seen as "Unknown scalar type", or a wrong number). The numbers of a formula are few: one object for each, never freed.
/// </summary>
internal static class KeptScalar
{
    private static readonly ConcurrentDictionary<double, Scalar> Kept = new();

    /// <summary>The scalar of a constant. For constants only: each value stays in memory.</summary>
    public static Scalar K(double constant) => Kept.GetOrAdd(constant, static value => value.ToScalar());
}
