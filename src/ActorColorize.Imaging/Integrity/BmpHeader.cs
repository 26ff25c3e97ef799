using System.Buffers.Binary;

namespace ActorColorize.Imaging.Integrity;

/// <summary>What the headers of a BMP say about its pixels.</summary>
/// <param name="PixelsAt">Where the pixels begin.</param>
/// <param name="HeaderBytes">Length of the second header, by which its kinds differ: 12 of OS/2, 40 of Windows, 108 and 124 with masks and
/// colour space.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="BitsPerPixel">1, 2, 4, 8, 16, 24 or 32.</param>
/// <param name="Compression">0 none, 1 RLE8, 2 RLE4, 3 masks, 6 masks with alpha; others are not pictures of pixels.</param>
/// <param name="AlphaMask">The bits of alpha; 0 if there is none.</param>
/// <param name="PixelsPerMetre">Resolution across and down; 0: not stated.</param>
/// <param name="ColorsUsed">Entries of the palette; 0: as many as the bits allow.</param>
/// <param name="HasProfile">Whether a colour profile is embedded.</param>
/// <remarks>Source: Microsoft's BITMAPFILEHEADER, BITMAPINFOHEADER, BITMAPV5HEADER; OS/2's BITMAPINFOHEADER2.</remarks>
internal sealed record BmpHeader(
    long PixelsAt,
    int HeaderBytes,
    long Width,
    long Height,
    int BitsPerPixel,
    int Compression,
    uint AlphaMask,
    (int X, int Y) PixelsPerMetre,
    uint ColorsUsed,
    bool HasProfile
)
{
    public const int Uncompressed = 0;
    public const int Rle8 = 1;
    public const int Rle4 = 2;
    public const int Masks = 3;
    public const int MasksWithAlpha = 6;

    private const int FileHeader = 14;
    private const int OldHeader = 12;
    private const int LongestHeader = 124;

    /// <summary>Whether a file begins as a BMP does.</summary>
    public static bool Matches(ReadOnlySpan<byte> start) =>
        start.StartsWith("BM"u8)
        && start.Length >= FileHeader + 4
        && BinaryPrimitives.ReadUInt32LittleEndian(start[FileHeader..]) is OldHeader or (>= 16 and <= LongestHeader);

    /// <summary>Reads the headers; null if the file ends before.</summary>
    public static BmpHeader? Read(Stream file)
    {
        var bytes = new byte[FileHeader + LongestHeader];
        file.Position = 0;
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var info = bytes.AsSpan(FileHeader);
        var length = (int)Math.Min(LongestHeader, BinaryPrimitives.ReadUInt32LittleEndian(info));
        if (read < FileHeader + length)
            return null;
        info[length..].Clear(); // what a shorter header does not have is not stated
        var pixelsAt = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(10));
        if (length == OldHeader)
        {
            return new BmpHeader(
                pixelsAt,
                length,
                BinaryPrimitives.ReadUInt16LittleEndian(info[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(info[6..]),
                BinaryPrimitives.ReadUInt16LittleEndian(info[10..]),
                Uncompressed,
                0,
                (0, 0),
                0,
                false
            );
        }

        var compression = BinaryPrimitives.ReadInt32LittleEndian(info[16..]);
        var alphaMask = BinaryPrimitives.ReadUInt32LittleEndian(info[52..]);
        const int embedded = 0x4D424544; // 'MBED'
        return new BmpHeader(
            pixelsAt,
            length,
            BinaryPrimitives.ReadInt32LittleEndian(info[4..]),
            Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(info[8..])),
            BinaryPrimitives.ReadUInt16LittleEndian(info[14..]),
            compression,
            compression is Masks or MasksWithAlpha ? alphaMask : 0,
            (BinaryPrimitives.ReadInt32LittleEndian(info[24..]), BinaryPrimitives.ReadInt32LittleEndian(info[28..])),
            BinaryPrimitives.ReadUInt32LittleEndian(info[32..]),
            length == LongestHeader && BinaryPrimitives.ReadInt32LittleEndian(info[56..]) == embedded
        );
    }

    /// <summary>Bytes of a row of uncompressed pixels, padded to four.</summary>
    public long RowBytes => ((Width * BitsPerPixel) + 31) / 32 * 4;

    /// <summary>Why a picture of this kind is not supported; null if it is.</summary>
    public string? Unsupported =>
        Compression switch
        {
            4 => "JPEG inside BMP",
            5 => "PNG inside BMP",
            // OS/2 calls its other codings by the same numbers.
            Masks when HeaderBytes is 16 or 64 => "the Huffman coding of OS/2",
            Rle8 when BitsPerPixel != 8 => "run lengths of another depth",
            Rle4 when BitsPerPixel != 4 => "run lengths of another depth",
            Masks or MasksWithAlpha when BitsPerPixel is not (16 or 32) => $"masks for {BitsPerPixel} bits a pixel",
            Uncompressed or Rle8 or Rle4 or Masks or MasksWithAlpha when BitsPerPixel is 1 or 2 or 4 or 8 or 16 or 24 or 32 => null,
            Uncompressed => $"{BitsPerPixel} bits a pixel",
            _ => $"BMP compression {Compression}",
        };
}
