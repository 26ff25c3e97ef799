using static TorchSharp.torch;

namespace ActorColorize.Model.Inference;

/// <summary>Copies pictures from managed memory to the device through one reused buffer (page-locked for CUDA).</summary>
internal sealed class PictureBuffer(Device device) : IDisposable
{
    private Tensor? _bytes;

    /// <summary>Copies a batch in.</summary>
    /// <returns>uint8, [B, H, W, 3], on the CPU; valid until the next call. Owned by the caller's scope.</returns>
    /// <exception cref="ArgumentException">The span has another length, or a side is not a multiple of <paramref
    /// name="sideMultiple"/>.</exception>
    public Tensor Fill(ReadOnlySpan<byte> rgb_BHWC, int batch, int height, int width, int sideMultiple)
    {
        if (batch < 1 || height < 1 || width < 1 || height % sideMultiple != 0 || width % sideMultiple != 0)
            throw new ArgumentException(
                $"{batch} pictures of {width}×{height}: there must be at least one, and sides must be multiples of {sideMultiple}",
                nameof(batch)
            );
        var expected = checked((long)batch * height * width * 3);
        if (rgb_BHWC.Length != expected)
            throw new ArgumentException(
                $"{batch} pictures of {width}×{height} are {expected} bytes, got {rgb_BHWC.Length}",
                nameof(rgb_BHWC)
            );
        if (_bytes is null || _bytes.numel() < expected)
        {
            _bytes?.Dispose();
            using var scope = NewDisposeScope();
            var bytes = empty(expected, dtype: ScalarType.Byte);
            _bytes = (device.type == TorchSharp.DeviceType.CUDA ? bytes.pin_memory() : bytes).DetachFromDisposeScope();
        }

        rgb_BHWC.CopyTo(_bytes.bytes);
        using var used = _bytes.narrow(0, 0, expected);
        return used.view(batch, height, width, 3);
    }

    public void Dispose() => _bytes?.Dispose();
}
