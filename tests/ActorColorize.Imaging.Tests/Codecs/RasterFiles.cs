using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ActorColorize.Imaging.Tests.Codecs;

/// <summary>
/// Grey pictures as BMP, TGA, Netpbm and GIF, put together from the formats' descriptions (Microsoft's bitmap structures, Truevision's
/// specification 2.0, Netpbm's manual pages, GIF89a).
/// </summary>
internal static class RasterFiles
{
    /// <summary>The level that a decoder must give for a pixel.</summary>
    public static int Level(string name, int x, int y)
    {
        var level = Raw(x, y);
        return name switch
        {
            "4.bmp" => level / 17 * 17,
            "555.bmp" => Scaled(level / 8, 31, 255),
            "p5-16.pgm" or "p6-16.ppm" => (level * 257) - 100,
            "p5-10bit.pgm" => Scaled(level * 4, 1023, 65535),
            _ => level,
        };
    }

    public static byte[] Of(string name, int width, int height) =>
        name switch
        {
            "24.bmp" => Bmp(width, height, 24, 0, isTopDown: false),
            "32.bmp" => Bmp(width, height, 32, 0, isTopDown: false),
            "8.bmp" => Bmp(width, height, 8, 0, isTopDown: false),
            "4.bmp" => Bmp(width, height, 4, 0, isTopDown: false),
            "top-down.bmp" => Bmp(width, height, 24, 0, isTopDown: true),
            "rle8.bmp" => Bmp(width, height, 8, 1, isTopDown: false),
            "os2.bmp" => Os2(width, height),
            "555.bmp" => Bmp(width, height, 16, 0, isTopDown: false),
            "alpha.bmp" => Bmp(width, height, 32, 3, isTopDown: false),
            "24.tga" => Tga(width, height, 2, 24),
            "32.tga" => Tga(width, height, 2, 32),
            "rle.tga" => Tga(width, height, 10, 24),
            "grey.tga" => Tga(width, height, 3, 8),
            "grey-rle.tga" => Tga(width, height, 11, 8),
            "palette.tga" => Tga(width, height, 1, 8),
            "plain.gif" => Gif(width, height, isTransparent: false),
            "transparent.gif" => Gif(width, height, isTransparent: true),
            _ => Pnm(name, width, height),
        };

    // The first pixel has a level that a careless reader takes for white space.
    private static int Raw(int x, int y) => x == 0 && y == 0 ? ' ' : (16 + (3 * x) + (y * y / 16)) % 256;

    private static int Scaled(int value, int from, int to) => ((value * to) + (from / 2)) / from;

    private static byte[] Bmp(int width, int height, int bits, int compression, bool isTopDown)
    {
        var header = new byte[compression == 3 ? 108 : 40];
        BinaryPrimitives.WriteInt32LittleEndian(header, header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), isTopDown ? -height : height);
        header[12] = 1;
        header[14] = (byte)bits;
        header[16] = (byte)compression;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), 11811); // 300 dots per inch
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), 11811);
        for (var mask = 0; compression == 3 && mask < 4; mask++)
            header[40 + (4 * mask) + (mask == 3 ? 3 : 2 - mask)] = 0xFF;
        byte[] palette = bits switch
        {
            8 => [.. Enumerable.Range(0, 256).SelectMany(level => new byte[] { (byte)level, (byte)level, (byte)level, 0 })],
            4 =>
            [
                .. Enumerable
                    .Range(0, 16)
                    .SelectMany(level => new byte[] { (byte)(17 * level), (byte)(17 * level), (byte)(17 * level), 0 }),
            ],
            _ => [],
        };
        using var pixels = new MemoryStream();
        for (var row = 0; row < height; row++)
        {
            var y = isTopDown ? row : height - 1 - row;
            if (compression == 1)
                RunsOfRow(pixels, width, y);
            else
                Row(pixels, width, y, bits, hasAlpha: compression == 3);
        }

        if (compression == 1)
            pixels.Write([0, 1]);
        return File(header, palette, pixels.ToArray());
    }

    private static byte[] Os2(int width, int height)
    {
        var header = new byte[12];
        header[0] = 12;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)height);
        header[8] = 1;
        header[10] = 24;
        using var pixels = new MemoryStream();
        for (var y = height - 1; y >= 0; y--)
            Row(pixels, width, y, 24, hasAlpha: false);
        return File(header, [], pixels.ToArray());
    }

    private static byte[] File(byte[] header, byte[] palette, byte[] pixels)
    {
        var start = new byte[14];
        "BM"u8.CopyTo(start);
        var pixelsAt = 14 + header.Length + palette.Length;
        BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(2), pixelsAt + pixels.Length);
        BinaryPrimitives.WriteInt32LittleEndian(start.AsSpan(10), pixelsAt);
        return [.. start, .. header, .. palette, .. pixels];
    }

    private static void Row(MemoryStream pixels, int width, int y, int bits, bool hasAlpha)
    {
        var row = new byte[((width * bits) + 31) / 32 * 4];
        for (var x = 0; x < width; x++)
        {
            var level = (byte)Raw(x, y);
            switch (bits)
            {
                case 4:
                    row[x / 2] |= (byte)(level / 17 << (x % 2 == 0 ? 4 : 0));
                    break;
                case 8:
                    row[x] = level;
                    break;
                case 16:
                    var five = level / 8;
                    BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(2 * x), (ushort)((five << 10) | (five << 5) | five));
                    break;
                default:
                    row.AsSpan(x * bits / 8, 3).Fill(level);
                    if (hasAlpha)
                        row[(4 * x) + 3] = (byte)(255 - x);
                    break;
            }
        }

        pixels.Write(row);
    }

    /// <summary>A row as one absolute run and single pixels, then the end of the row.</summary>
    private static void RunsOfRow(MemoryStream pixels, int width, int y)
    {
        const int absolute = 31;
        pixels.Write([0, absolute]);
        for (var x = 0; x < absolute + 1; x++)
            pixels.WriteByte(x < absolute ? (byte)Raw(x, y) : (byte)0);
        for (var x = absolute; x < width; x++)
            pixels.Write([1, (byte)Raw(x, y)]);
        pixels.Write([0, 0]);
    }

    private static byte[] Tga(int width, int height, int kind, int bits)
    {
        var header = new byte[18];
        header[2] = (byte)kind;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(12), (ushort)width);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(14), (ushort)height);
        header[16] = (byte)bits;
        header[17] = (byte)(bits == 32 ? 8 : 0); // the first row is the lowest
        byte[] palette = [];
        if (kind == 1)
        {
            (header[1], header[6], header[7]) = (1, 1, 24);
            palette = [.. Enumerable.Range(0, 256).SelectMany(level => Enumerable.Repeat((byte)level, 3))];
        }

        using var pixels = new MemoryStream();
        for (var y = height - 1; y >= 0; y--)
        {
            for (var x = 0; x < width; x++)
            {
                if (kind >= 9)
                    pixels.WriteByte(0x80); // a run of one pixel
                for (var channel = 0; channel < bits / 8; channel++)
                    pixels.WriteByte(channel == 3 ? (byte)(255 - x) : (byte)Raw(x, y));
            }
        }

        return [.. header, .. palette, .. pixels.ToArray()];
    }

    private static byte[] Pnm(string name, int width, int height)
    {
        var maximum =
            name.Contains("16", StringComparison.Ordinal) ? 65535
            : name.Contains("10bit", StringComparison.Ordinal) ? 1023
            : 255;
        var isText = name[1] is '2' or '3';
        var channels = name[1] is '3' or '6' ? 3 : 1;
        using var file = new MemoryStream();
        file.Write(Encoding.ASCII.GetBytes($"P{name[1]}\n# the old mill\n{width} {height}\n{maximum}\n"));
        for (var y = 0; y < height; y++)
        {
            for (var i = 0; i < width * channels; i++)
            {
                var level = Raw(i / channels, y);
                level =
                    maximum == 65535 ? (level * 257) - 100
                    : maximum == 1023 ? level * 4
                    : level;
                if (isText)
                    file.Write(Encoding.ASCII.GetBytes(level.ToString(CultureInfo.InvariantCulture) + (i % 10 == 9 ? "\n" : " ")));
                else if (maximum > 255)
                    file.Write([(byte)(level >> 8), (byte)level]);
                else
                    file.WriteByte((byte)level);
            }
        }

        return file.ToArray();
    }

    /// <summary>A GIF with a comment, whose codes are all of nine bits: the table is cleared before it would grow.</summary>
    private static byte[] Gif(int width, int height, bool isTransparent)
    {
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        file.Write([(byte)width, 0, (byte)height, 0, 0xF7, 0, 0]);
        for (var level = 0; level < 256; level++)
            file.Write([(byte)level, (byte)level, (byte)level]);
        var codes = Codes(width, height);
        file.Write([0x2C, 0, 0, 0, 0, (byte)width, 0, (byte)height, 0, 0, 8]);
        for (var at = 0; at < codes.Length; at += 255)
        {
            var block = codes.AsSpan(at, Math.Min(255, codes.Length - at));
            file.WriteByte((byte)block.Length);
            file.Write(block);
        }

        file.Write([0, 0x21, 0xFE, 12]);
        file.Write("the old mill"u8);
        file.Write([0, 0x3B]);
        if (!isTransparent)
            return file.ToArray();
        const int imageAt = 13 + 768;
        byte[] control = [0x21, 0xF9, 4, 1, 0, 0, 255, 0]; // the lightest colour is transparent
        return [.. file.ToArray()[..imageAt], .. control, .. file.ToArray()[imageAt..]];
    }

    private static byte[] Codes(int width, int height)
    {
        const int clear = 256,
            end = 257,
            beforeGrowth = 200;
        using var packed = new MemoryStream();
        var (held, bits, since) = (0, 0, 0);
        void Put(int code)
        {
            held |= code << bits;
            for (bits += 9; bits >= 8; bits -= 8, held >>= 8)
                packed.WriteByte((byte)held);
        }

        Put(clear);
        for (var i = 0; i < width * height; i++)
        {
            if (++since > beforeGrowth)
            {
                Put(clear);
                since = 1;
            }

            Put(Raw(i % width, i / width));
        }

        Put(end);
        packed.WriteByte((byte)held);
        return packed.ToArray();
    }
}
