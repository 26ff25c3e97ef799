using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorColorize.Model.Checkpoints;

/// <summary>An element of a tensor that is NaN or infinite.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Index">The element, counted in row-major order.</param>
public sealed record NonFiniteElement(string Name, long Index);

/// <summary>Checks sets of tensors before they are loaded into a network.</summary>
public static class TensorMap
{
    private const int MostNamed = 3;

    /// <summary>Compares tensors with what a network or optimizer expects.</summary>
    /// <param name="expected">Shape by name.</param>
    /// <param name="tensors">The tensors to check.</param>
    /// <param name="isOptional">Names that may be absent, for example <c>num_batches_tracked</c> of batch norms; null: none.</param>
    /// <returns>One phrase per difference, in the order of <paramref name="expected"/>, then of <paramref name="tensors"/>; empty if
    /// everything matches.</returns>
    public static IReadOnlyList<string> Differences(
        IReadOnlyDictionary<string, long[]> expected,
        IReadOnlyList<HostTensor> tensors,
        Func<string, bool>? isOptional = null
    )
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(tensors);
        var differences = new List<string>();
        var present = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!present.TryAdd(tensor.Name, tensor))
                differences.Add($"{OneLine.Quote(tensor.Name)} occurs twice");
        }

        foreach (var (name, shape) in expected)
        {
            if (!present.TryGetValue(name, out var tensor))
            {
                if (isOptional?.Invoke(name) != true)
                    differences.Add($"{OneLine.Quote(name)} is missing");
            }
            else if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                differences.Add($"{OneLine.Quote(name)} is {Describe(tensor.Shape)} instead of {Describe(shape)}");
            }
        }

        foreach (var tensor in tensors)
        {
            if (!expected.ContainsKey(tensor.Name))
                differences.Add($"{OneLine.Quote(tensor.Name)} is unexpected");
        }

        return differences;
    }

    /// <summary>Rejects tensors that do not fit, see <see cref="Differences"/>.</summary>
    /// <param name="expected">Shape by name.</param>
    /// <param name="tensors">The tensors to check.</param>
    /// <param name="source">Where the tensors come from, for the message: a path.</param>
    /// <param name="isOptional">Names that may be absent; null: none.</param>
    /// <exception cref="CheckpointException">Something differs; the message names the first three differences and counts the
    /// others.</exception>
    public static void Check(
        IReadOnlyDictionary<string, long[]> expected,
        IReadOnlyList<HostTensor> tensors,
        string source,
        Func<string, bool>? isOptional = null
    )
    {
        var differences = Differences(expected, tensors, isOptional);
        if (differences.Count > 0)
            throw new CheckpointException($"{source} belongs to a different network: {Enumerate(differences, MostNamed)}");
    }

    /// <summary>The first element that is NaN or infinite, or null. Limited by memory bandwidth.</summary>
    public static NonFiniteElement? FindNonFinite(IReadOnlyList<HostTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        foreach (var tensor in tensors)
        {
            // A number is NaN or infinite exactly when all bits of its exponent are set (IEEE 754).
            var index = tensor.Type switch
            {
                TensorType.Float32 => FirstWithAllBits(MemoryMarshal.Cast<byte, uint>(tensor.Data), 0x7F80_0000u),
                TensorType.Float16 => FirstWithAllBits(MemoryMarshal.Cast<byte, ushort>(tensor.Data), (ushort)0x7C00),
                TensorType.BFloat16 => FirstWithAllBits(MemoryMarshal.Cast<byte, ushort>(tensor.Data), (ushort)0x7F80),
                _ => -1,
            };
            if (index >= 0)
                return new NonFiniteElement(tensor.Name, index);
        }

        return null;
    }

    /// <summary>Differences for a message: the first ones, and how many more there are.</summary>
    internal static string Enumerate(IReadOnlyList<string> differences, int mostNamed)
    {
        var more = differences.Count > mostNamed ? $"; and {differences.Count - mostNamed} more" : "";
        return string.Join("; ", differences.Take(mostNamed)) + more;
    }

    internal static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(',', shape.ToArray())}]";

    // Vectors of the machine's width cannot be compiled ahead of time, and this runs once, on millions of numbers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FirstWithAllBits<T>(ReadOnlySpan<T> elements, T bits)
        where T : struct, IBinaryInteger<T>
    {
        var pattern = new Vector<T>(bits);
        var index = 0;
        for (; index <= elements.Length - Vector<T>.Count; index += Vector<T>.Count)
        {
            if (Vector.EqualsAny(new Vector<T>(elements[index..]) & pattern, pattern))
                break;
        }

        for (; index < elements.Length; index++)
        {
            if ((elements[index] & bits) == bits)
                return index;
        }

        return -1;
    }
}
