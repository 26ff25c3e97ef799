namespace ActorColorize.Imaging.Training;

/// <summary>
/// A reusable byte buffer that grows to the largest request, so that decoding thousands of pictures allocates nothing. Pinned: native code
/// writes into it.
/// </summary>
internal sealed class PinnedScratch
{
    /// <summary>A buffer above this size served one unusually large picture and is not kept.</summary>
    private const int LargestKept = 64 << 20;

    private byte[] buffer = [];

    /// <summary>At least that many bytes, with whatever the last user left in them.</summary>
    public byte[] AtLeast(int bytes)
    {
        if (buffer.Length < bytes)
        {
            // Doubling: a folder of slowly growing files must not reallocate for each of them.
            var grown = Math.Max(bytes, Math.Min(LargestKept, buffer.Length * 2));
            buffer = GC.AllocateUninitializedArray<byte>(grown, pinned: true);
        }

        return buffer;
    }

    /// <summary>Frees the buffer if one large picture made it too large.</summary>
    public void Trim()
    {
        if (buffer.Length > LargestKept)
            buffer = [];
    }
}
