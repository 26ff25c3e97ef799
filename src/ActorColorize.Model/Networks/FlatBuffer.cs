using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>
/// Many tensors in one block of memory: each is a view of it. One native call then clears, scales or updates all of them, instead of
/// hundreds of calls per step.
/// </summary>
internal sealed class FlatBuffer : IDisposable
{
    /// <summary>
    /// Views start at multiples of 16 floats = 64 bytes, a cache line and the widest vector register. The gaps stay zero.
    /// </summary>
    private const long Alignment = 16;

    private readonly Dictionary<string, (long Offset, long[] Shape)> _places = new(StringComparer.Ordinal);

    public FlatBuffer(IEnumerable<(string Name, long[] Shape)> slots, Device device)
    {
        Slots = [.. slots];
        long length = 0;
        foreach (var (name, shape) in Slots)
        {
            _places.Add(name, (length, shape));
            length += (Elements(shape) + Alignment - 1) / Alignment * Alignment;
        }

        All = zeros(length, dtype: ScalarType.Float32, device: device).DetachFromDisposeScope();
    }

    /// <summary>Name and shape of every tensor, in order.</summary>
    public IReadOnlyList<(string Name, long[] Shape)> Slots { get; }

    /// <summary>All of them, float32, one dimension.</summary>
    public Tensor All { get; }

    /// <summary>A new handle to one tensor's memory; it belongs to the caller.</summary>
    public Tensor View(string name)
    {
        var (offset, shape) = _places[name];
        using var flat = All.narrow(0, offset, Elements(shape));
        return flat.view(shape);
    }

    /// <summary>Another block of the same layout, filled with zeros.</summary>
    public FlatBuffer Twin() => new(Slots, All.device);

    public void Dispose() => All.Dispose();

    public static long Elements(long[] shape) => shape.Aggregate(1L, static (product, size) => product * size);
}
