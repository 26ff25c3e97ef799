namespace ActorColorize.Actors.Loader;

/// <summary>
/// Pixels of one batch, pinned so that a device can copy from them. Owned by the loader's <see cref="PixelBufferPool"/>; whoever receives a
/// batch may read the pixels until it hands the batch back, and not after.
/// </summary>
public sealed class PixelBuffer
{
    internal PixelBuffer(int bytes) => Bytes = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

    /// <summary>RGB24, picture after picture, rows from the top: [B, H, W, 3].</summary>
    public byte[] Bytes { get; }
}
