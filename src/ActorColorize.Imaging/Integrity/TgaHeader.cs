using System.Buffers.Binary;

namespace ActorColorize.Imaging.Integrity;

/// <summary>The header of a TGA.</summary>
/// <param name="IdBytes">Length of the text behind the header.</param>
/// <param name="Kind">1 palette, 2 colour, 3 grey; 9 to 11 the same with run lengths.</param>
/// <param name="PaletteStart">Number of the palette's first entry.</param>
/// <param name="PaletteLength">Entries of the palette.</param>
/// <param name="PaletteBits">Bits of an entry.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="BitsPerPixel">8, 15, 16, 24 or 32.</param>
/// <param name="AlphaBits">Bits of a pixel that are alpha.</param>
/// <remarks>Source: Truevision TGA file format specification 2.0.</remarks>
internal sealed record TgaHeader(
    int IdBytes,
    int Kind,
    int PaletteStart,
    int PaletteLength,
    int PaletteBits,
    int Width,
    int Height,
    int BitsPerPixel,
    int AlphaBits
)
{
    public const int Bytes = 18;

    private const int Palette = 1;
    private const int Color = 2;
    private const int Grey = 3;
    private const int RunLengths = 8;

    /// <summary>Whether a file begins with a header that makes sense as a whole: there is no signature.</summary>
    public static bool Matches(ReadOnlySpan<byte> start)
    {
        if (start.Length < Bytes || start[1] > 1 || (start[17] & 0xC0) != 0 || Of(start) is not { Width: > 0, Height: > 0 } header)
            return false;
        var hasPalette = start[1] == 1;
        if (!hasPalette && start[3..8].ContainsAnyExcept((byte)0))
            return false;
        return (header.Kind & ~RunLengths) switch
        {
            Palette => hasPalette && header is { BitsPerPixel: 8 or 16, PaletteLength: > 0, PaletteBits: 15 or 16 or 24 or 32 },
            Color => header is { BitsPerPixel: 15 or 16 or 24, AlphaBits: 0 or 1 } or { BitsPerPixel: 32, AlphaBits: 0 or 8 },
            Grey => !hasPalette && header is { BitsPerPixel: 8, AlphaBits: 0 } or { BitsPerPixel: 16, AlphaBits: 0 or 8 },
            _ => false,
        };
    }

    /// <summary>Reads the header of a file; null if it ends before.</summary>
    public static TgaHeader? Read(Stream file)
    {
        var bytes = new byte[Bytes];
        file.Position = 0;
        return file.ReadAtLeast(bytes, Bytes, throwOnEndOfStream: false) < Bytes ? null : Of(bytes);
    }

    public bool HasRunLengths => (Kind & RunLengths) != 0;

    public bool IsGrey => (Kind & ~RunLengths) == Grey;

    public bool HasAlpha => BitsPerPixel == 32 && AlphaBits == 8;

    public int BytesPerPixel => (BitsPerPixel + 7) / 8;

    /// <summary>Where the pixels begin.</summary>
    public long PixelsAt => Bytes + IdBytes + ((long)PaletteLength * ((PaletteBits + 7) / 8));

    /// <summary>Why a picture of this kind is not supported; null if it is.</summary>
    public string? Unsupported =>
        IsGrey && BitsPerPixel != 8 ? "grey TGA of 16 bits a pixel"
        : (Kind & ~RunLengths) == Palette && BitsPerPixel != 8 ? "a palette of more than 256 colours"
        : PaletteStart != 0 && (Kind & ~RunLengths) == Palette ? "a palette that does not begin with entry 0"
        : null;

    private static TgaHeader Of(ReadOnlySpan<byte> bytes) =>
        new(
            bytes[0],
            bytes[2],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[3..]),
            bytes[1] == 0 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(bytes[5..]),
            bytes[7],
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]),
            bytes[16],
            bytes[17] & 15
        );
}
