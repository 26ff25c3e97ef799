using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ActorColorize.Imaging.Training;

/// <summary>Drops the fourth byte of RGBA pixels: the last step from a decoder's rows to the packed RGB24 that training takes.</summary>
internal static class PixelPacking
{
    // Four RGBA pixels in, twelve RGB bytes out; the last four bytes are overwritten by the next store.
    private static readonly Vector128<byte> WithoutAlpha = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
    private static readonly Vector128<byte> WithoutAlphaReversed = Vector128.Create(
        (byte)12,
        13,
        14,
        8,
        9,
        10,
        4,
        5,
        6,
        0,
        1,
        2,
        15,
        15,
        15,
        15
    );

    /// <summary>Packs one row.</summary>
    /// <param name="rgba">RGBA, 4 bytes a pixel.</param>
    /// <param name="rgb">RGB, 3 bytes a pixel; as many pixels as <paramref name="rgba"/>.</param>
    public static void Row(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var pixels = rgba.Length / 4;
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, pixels * 3, nameof(rgb));
        ref var source = ref MemoryMarshal.GetReference(rgba);
        ref var target = ref MemoryMarshal.GetReference(rgb);
        var x = 0;
        // A store writes 16 bytes for 12: two more pixels must be left to take the surplus.
        for (; x + 6 <= pixels; x += 4)
            Vector128.Shuffle(Vector128.LoadUnsafe(ref source, (nuint)(x * 4)), WithoutAlpha).StoreUnsafe(ref target, (nuint)(x * 3));
        for (; x < pixels; x++)
            CopyPixel(ref Unsafe.Add(ref source, x * 4), ref Unsafe.Add(ref target, x * 3));
    }

    /// <summary>Packs one row, right to left.</summary>
    public static void RowReversed(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var pixels = rgba.Length / 4;
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, pixels * 3, nameof(rgb));
        ref var source = ref MemoryMarshal.GetReference(rgba);
        ref var target = ref MemoryMarshal.GetReference(rgb);
        var x = 0;
        for (; x + 6 <= pixels; x += 4)
        {
            var four = Vector128.LoadUnsafe(ref source, (nuint)((pixels - x - 4) * 4));
            Vector128.Shuffle(four, WithoutAlphaReversed).StoreUnsafe(ref target, (nuint)(x * 3));
        }

        for (; x < pixels; x++)
            CopyPixel(ref Unsafe.Add(ref source, (pixels - 1 - x) * 4), ref Unsafe.Add(ref target, x * 3));
    }

    /// <summary>Packs a square tile, turned.</summary>
    /// <param name="rgba">First byte of the tile's first pixel.</param>
    /// <param name="stride">Bytes from one row of the tile to the next.</param>
    /// <param name="side">Side of the tile in pixels.</param>
    /// <param name="turn">How the file's pixels are turned.</param>
    /// <param name="rgb">side × side × 3 bytes.</param>
    public static void Tile(ReadOnlySpan<byte> rgba, int stride, int side, QuarterTurn turn, Span<byte> rgb)
    {
        for (var y = 0; y < side; y++)
        {
            var row = rgb.Slice(y * side * 3, side * 3);
            if (turn.Transpose)
            {
                for (var x = 0; x < side; x++)
                {
                    var (fileX, fileY) = turn.ToFile(x, y, side, side);
                    rgba.Slice((fileY * stride) + (fileX * 4), 3).CopyTo(row[(x * 3)..]);
                }

                continue;
            }

            var source = rgba.Slice((turn.MirrorY ? side - 1 - y : y) * stride, side * 4);
            if (turn.MirrorX)
                RowReversed(source, row);
            else
                Row(source, row);
        }
    }

    private static void CopyPixel(ref byte source, ref byte target)
    {
        target = source;
        Unsafe.Add(ref target, 1) = Unsafe.Add(ref source, 1);
        Unsafe.Add(ref target, 2) = Unsafe.Add(ref source, 2);
    }
}
