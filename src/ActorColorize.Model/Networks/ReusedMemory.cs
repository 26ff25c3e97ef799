using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Networks;

/// <summary>
/// The arrays of an earlier copy of the same tensors, for reuse: a snapshot of a large network then allocates no memory, whose pages would
/// have to be cleared while training waits.
/// </summary>
/// <param name="earlier">The earlier copy, which is no longer read; null if there is none.</param>
internal sealed class ReusedMemory(IReadOnlyList<HostTensor>? earlier)
{
    private readonly Dictionary<string, byte[]> _arrays = earlier?.ToDictionary(
        static tensor => tensor.Name,
        static tensor => tensor.Data,
        StringComparer.Ordinal
    ) ?? [];

    /// <summary>The tensor's array if it had this length, else a new one; the content is unspecified.</summary>
    public byte[] Take(string name, int bytes) =>
        _arrays.Remove(name, out var array) && array.Length == bytes ? array : GC.AllocateUninitializedArray<byte>(bytes);
}
