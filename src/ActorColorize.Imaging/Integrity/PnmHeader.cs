using System.Text;

namespace ActorColorize.Imaging.Integrity;

/// <summary>The header of a Netpbm file.</summary>
/// <param name="Kind">The digit of its signature: 1 and 4 black and white, 2 and 5 grey, 3 and 6 colour; 1 to 3 as text.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Maximum">The value of white, 1 to 65,535.</param>
/// <param name="PixelsAt">Where the pixels begin.</param>
/// <param name="Comments">The comments in the header, without their sign.</param>
/// <remarks>Source: Netpbm's descriptions of the formats (pbm, pgm, ppm).</remarks>
internal sealed record PnmHeader(int Kind, long Width, long Height, int Maximum, long PixelsAt, IReadOnlyList<string> Comments)
{
    private const int LongestComment = 1 << 16;

    /// <summary>Whether a file begins as Netpbm's do: signature, white space, then a number or a comment.</summary>
    public static bool Matches(ReadOnlySpan<byte> start)
    {
        if (start is not [(byte)'P', >= (byte)'1' and <= (byte)'6', _, _, ..] || !IsSpace(start[2]))
            return false;
        var rest = start[2..].TrimStart(" \t\r\n"u8);
        return rest.IsEmpty || rest[0] is (byte)'#' or (>= (byte)'0' and <= (byte)'9');
    }

    /// <summary>Reads the header; null if it ends before its last number, or has something else in the place of one.</summary>
    public static PnmHeader? Read(Stream file)
    {
        var bytes = new ByteWindow(file) { Position = 1 };
        var kind = bytes.ReadByte() - '0';
        var comments = new List<string>();
        if (Number(bytes, comments) is not { } width || Number(bytes, comments) is not { } height)
            return null;
        var isBilevel = kind is 1 or 4;
        if ((isBilevel ? 1 : Number(bytes, comments)) is not { } maximum)
            return null;
        // Exactly one white space stands before binary pixels; it has been read with the number.
        return new PnmHeader(kind, width, height, (int)maximum, bytes.Position, comments);
    }

    public bool IsBilevel => Kind is 1 or 4;

    public bool IsText => Kind <= 3;

    public int Channels => Kind is 3 or 6 ? 3 : 1;

    public bool IsWide => Maximum > byte.MaxValue;

    /// <summary>Bytes of a row of binary pixels.</summary>
    public long RowBytes => Kind == 4 ? (Width + 7) / 8 : Width * Channels * (IsWide ? 2 : 1);

    public static bool IsSpace(int value) => value is ' ' or '\t' or '\n' or '\v' or '\f' or '\r';

    private static long? Number(ByteWindow bytes, List<string> comments)
    {
        var value = bytes.ReadByte();
        for (; IsSpace(value) || value == '#'; value = bytes.ReadByte())
        {
            if (value == '#')
                comments.Add(Comment(bytes));
        }

        var number = 0L;
        var digits = 0;
        for (; value is >= '0' and <= '9'; value = bytes.ReadByte())
        {
            number = (10 * number) + (value - '0');
            const int most = 9;
            if (++digits > most)
                return null;
        }

        return digits > 0 && IsSpace(value) ? number : null;
    }

    private static string Comment(ByteWindow bytes)
    {
        var text = new List<byte>();
        int value;
        while ((value = bytes.ReadByte()) is >= 0 and not '\n' and not '\r')
        {
            if (text.Count < LongestComment)
                text.Add((byte)value);
        }

        return Encoding.UTF8.GetString([.. text]);
    }
}
