namespace ActorColorize.Actors.Loader;

/// <summary>
/// Pixels of one batch, pinned so that a device can copy from them. Owned by the loader's <see cref="PixelBufferPool"/>; the receiver of a
/// batch may read the pixels until it returns the batch, and not after that.
/// </summary>
public sealed class PixelBuffer
{
    internal PixelBuffer(int bytes) => Bytes = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

    /// <summary>RGB24, picture after picture, rows from the top: [B, H, W, 3].</summary>
    public byte[] Bytes { get; }
}
