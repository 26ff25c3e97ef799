using System.Buffers.Binary;
using System.IO.Compression;
using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Metadata;

/// <summary>
/// Copies the metadata chunks of a PNG to another one: EXIF, XMP, texts and the time of change. Chunks about the old pixels or their
/// colours are not copied.
/// </summary>
/// <remarks>Source: PNG specification (third edition), section 11.3; XMP part 3, section 1.1.5.</remarks>
internal static class PngMetadata
{
    /// <summary>Where in a new PNG the chunks go: after the signature and the header chunk.</summary>
    public const int InsertAt = 33;

    private const int SignatureBytes = 8;
    private const int MostChunk = 64 << 20;
    private const int MostProfile = 8 << 20;

    private static ReadOnlySpan<byte> XmpHead => "XML:com.adobe.xmp\0\0\0\0\0"u8;

    /// <summary>Makes the bytes to insert.</summary>
    /// <param name="source">The PNG that the metadata comes from.</param>
    /// <param name="edits">What to adapt.</param>
    public static byte[] Carry(Stream source, MetadataEdits edits)
    {
        using var carried = new MemoryStream();
        ReadOnlySpan<byte> xmp = [];
        foreach (var (type, data) in MetadataChunks(source))
        {
            if (type == "eXIf")
                WriteChunk(carried, "eXIf"u8, ExifBlock.Adapt(data, edits.SwapsSides, MostChunk, edits.RenderThumbnail));
            else if (type == "iTXt" && data.AsSpan().StartsWith("XML:com.adobe.xmp\0"u8))
                xmp = PlainXmp(data);
            else
                WriteChunk(carried, System.Text.Encoding.ASCII.GetBytes(type), data);
        }

        WriteChunk(carried, "iTXt"u8, [.. XmpHead, .. XmpPacket.Mark(xmp)]);
        return carried.ToArray();
    }

    /// <summary>Pixels per millimetre across and down, from the pHYs chunk; null if the file does not say.</summary>
    public static (double X, double Y)? Resolution(Stream source)
    {
        var (_, data) = Chunks(source, static type => type == "pHYs").FirstOrDefault(static chunk => chunk.Type == "pHYs");
        const byte perMetre = 1;
        if (data is not { Length: 9 } || data[8] != perMetre)
            return null;
        return (BinaryPrimitives.ReadUInt32BigEndian(data) / 1000.0, BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(4)) / 1000.0);
    }

    /// <summary>
    /// How many pictures an animation in the file has (APNG), which a decoder of still pictures would drop silently; 1 if there is none.
    /// </summary>
    public static int FrameCount(Stream source)
    {
        foreach (var (type, data) in Chunks(source, static type => type == "acTL"))
        {
            if (type == "acTL" && data.Length >= 4)
                return (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(data));
            if (type == "IDAT")
                break;
        }

        return 1;
    }

    /// <summary>
    /// The colours of a file without a profile: by cICP, or by gAMA and cHRM; sRGB's where it says so (sRGB), has a profile (iCCP) or
    /// says nothing. A gAMA of 1 / 2.2 stands for sRGB's curve.
    /// </summary>
    public static PngColorSpace ColorSpace(Stream source)
    {
        double? gamma = null;
        RgbPrimaries? primaries = null;
        byte[]? codes = null;
        foreach (var (type, data) in Chunks(source, static type => type is "gAMA" or "cHRM" or "cICP"))
        {
            switch (type)
            {
                case "iCCP" or "sRGB":
                    return PngColorSpace.Srgb;
                case "cICP":
                    codes = data;
                    break;
                case "gAMA" when data.Length == 4:
                    gamma = Part(data, 0);
                    break;
                case "cHRM" when data.Length == 32:
                    primaries = new RgbPrimaries([.. Enumerable.Range(0, 8).Select(number => Part(data, number))]);
                    break;
            }

            if (type == "IDAT")
                break;
        }

        if (codes is not null)
            return PngColorSpace.OfCodes(codes);
        const double standard = 1 / 2.2;
        return new PngColorSpace(
            gamma is > 0.05 and < 20 && Math.Abs(gamma.Value - standard) > 0.005 ? gamma : null,
            PngColorSpace.Usable(primaries)
        );
    }

    private static double Part(byte[] data, int number) => BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(4 * number)) / 100_000.0;

    /// <summary>Whether it has transparent colours beside its pixels (tRNS).</summary>
    public static bool HasTransparency(Stream source) =>
        Chunks(source, static _ => false).TakeWhile(static chunk => chunk.Type != "IDAT").Any(static chunk => chunk.Type == "tRNS");

    /// <summary>The colour profile; null if there is none, or it does not decompress.</summary>
    public static byte[]? Profile(Stream source)
    {
        var (_, data) = Chunks(source, static type => type == "iCCP").FirstOrDefault(static chunk => chunk.Type == "iCCP");
        // Name, zero, method, compressed profile.
        var name = data.AsSpan().IndexOf((byte)0);
        if (name < 0 || name + 2 >= data!.Length)
            return null;
        try
        {
            using var inflated = new ZLibStream(new MemoryStream(data, name + 2, data.Length - name - 2), CompressionMode.Decompress);
            var profile = new byte[MostProfile];
            var length = inflated.ReadAtLeast(profile, profile.Length, throwOnEndOfStream: false);
            return length < profile.Length ? profile[..length] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Whether it is grey with one bit per pixel: black and white only.</summary>
    public static bool IsBilevel(Stream source)
    {
        var (_, header) = Chunks(source, static type => type == "IHDR").FirstOrDefault();
        const int depthAt = 8,
            colorTypeAt = 9,
            grey = 0;
        return header is { Length: 13 } && header[depthAt] == 1 && header[colorTypeAt] == grey;
    }

    /// <summary>Whether the file ends before its last chunk does.</summary>
    public static bool IsTruncated(Stream source)
    {
        var last = "";
        foreach (var (type, _) in Chunks(source, static _ => false))
            last = type;
        return last != "IEND";
    }

    private static IEnumerable<(string Type, byte[] Data)> MetadataChunks(Stream source) =>
        Chunks(source, IsCarried).Where(chunk => IsCarried(chunk.Type));

    private static bool IsCarried(string type) => type is "eXIf" or "iTXt" or "tEXt" or "zTXt" or "tIME";

    /// <summary>All whole chunks in order, with the data of those that are asked for.</summary>
    private static IEnumerable<(string Type, byte[] Data)> Chunks(Stream source, Func<string, bool> isWanted)
    {
        source.Position = SignatureBytes;
        var head = new byte[8];
        while (source.ReadAtLeast(head, 8, throwOnEndOfStream: false) == 8)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            var type = System.Text.Encoding.ASCII.GetString(head, 4, 4);
            const int checksumBytes = 4;
            if (source.Position + length + checksumBytes > source.Length)
                yield break;
            var next = source.Position + length + checksumBytes;
            byte[] data = [];
            if (length <= MostChunk && isWanted(type))
            {
                data = new byte[length];
                source.ReadExactly(data);
            }

            yield return (type, data);
            source.Position = next;
        }
    }

    // Keyword, zero, compression flag, method, language, zero, translated keyword, zero, text. Compressed packets are against the XMP
    // specification and not read.
    private static ReadOnlySpan<byte> PlainXmp(ReadOnlySpan<byte> data)
    {
        var rest = data["XML:com.adobe.xmp\0"u8.Length..];
        if (rest.Length < 2 || rest[0] != 0)
            return [];
        rest = rest[2..];
        for (var field = 0; field < 2; field++)
        {
            var end = rest.IndexOf((byte)0);
            if (end < 0)
                return [];
            rest = rest[(end + 1)..];
        }

        return rest;
    }

    private static void WriteChunk(MemoryStream target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, (uint)data.Length);
        target.Write(number);
        target.Write(type);
        target.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(type, data));
        target.Write(number);
    }
}
