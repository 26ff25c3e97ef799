using System.Buffers.Binary;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Integrity;

namespace ActorColorize.Imaging.Codecs;

/// <summary>Reads the pixels of Netpbm files: grey or RGB, 8 bits where the greatest value fits into them, else 16.</summary>
internal static class PnmPixels
{
    private const int BlackAndWhiteBinary = 4;

    /// <summary>Reads a file.</summary>
    /// <exception cref="PictureException">It ends before its pixels do, or a value is above the greatest.</exception>
    public static NativePixels Read(ArchiveFile file)
    {
        var header = PnmHeader.Read(file.Content) ?? throw file.Damage("its header is not complete");
        var bytes = new ByteWindow(file.Content) { Position = header.PixelsAt };
        var pixels = new NativePixels((int)header.Width, (int)header.Height, header.Channels, header.IsWide);
        try
        {
            var values = new int[pixels.Width * pixels.Bands];
            for (var y = 0; y < pixels.Height; y++)
            {
                file.Cancellation.ThrowIfCancellationRequested();
                Row(file, header, bytes, values);
                if (header.IsWide)
                    Store(values, pixels.Row<ushort>(y), header.Maximum);
                else
                    Store(values, pixels.Row<byte>(y), header.Maximum);
            }

            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    private static void Row(ArchiveFile file, PnmHeader header, ByteWindow bytes, int[] values)
    {
        if (header.IsText)
        {
            for (var x = 0; x < values.Length; x++)
                values[x] = PnmText.Next(bytes, header) is { } value and >= 0
                    ? value
                    : throw file.Damage("a value is missing or is not one");
        }
        else
        {
            var row = bytes.Read((int)header.RowBytes) ?? throw file.Damage("its pixels are not complete");
            for (var x = 0; x < values.Length; x++)
                values[x] =
                    header.Kind == BlackAndWhiteBinary ? (row[x / 8] >> (7 - (x % 8))) & 1
                    : header.IsWide ? BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(2 * x))
                    : row[x];
        }

        // PBM says 1 for black.
        for (var x = 0; header.IsBilevel && x < values.Length; x++)
            values[x] = 1 - values[x];
    }

    // Values above the greatest are white, as in Netpbm's own programs.
    private static void Store(int[] values, Span<byte> row, int maximum)
    {
        for (var x = 0; x < values.Length; x++)
            row[x] = (byte)(((Math.Min(values[x], maximum) * byte.MaxValue) + (maximum / 2)) / maximum);
    }

    private static void Store(int[] values, Span<ushort> row, int maximum)
    {
        for (var x = 0; x < values.Length; x++)
            row[x] = (ushort)(((Math.Min(values[x], maximum) * (long)ushort.MaxValue) + (maximum / 2)) / maximum);
    }
}
