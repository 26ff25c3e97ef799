using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace ActorColorize.Data.Storage;

/// <summary>
/// File names as text. On Linux a name is any sequence of bytes without "/" and zero, usually UTF-8; names from older systems are not. A
/// byte that is not part of a UTF-8 character becomes one of the private-use characters U+EF80 to U+EFFF, so that every name has a text
/// form that is valid Unicode and leads back to the same bytes. (Python's <c>surrogateescape</c>, PEP 383, does the same with half
/// surrogates, which databases and JSON refuse.)
/// </summary>
public static class NameText
{
    private const int Escapes = 0xEF00;
    private const char First = '\uEF80';
    private const char Last = '\uEFFF';

    /// <summary>The first byte of all escapes in UTF-8.</summary>
    private const byte LeadOfEscapes = 0xEE;

    /// <summary>Whether a path has bytes that are not UTF-8; .NET's own calls cannot open it.</summary>
    public static bool HasEscapes(ReadOnlySpan<char> text) => text.ContainsAnyInRange(First, Last);

    /// <summary>The text form of a name.</summary>
    public static string FromBytes(ReadOnlySpan<byte> name)
    {
        if (Utf8.IsValid(name) && !name.Contains(LeadOfEscapes))
            return Encoding.UTF8.GetString(name);
        var text = new StringBuilder(name.Length);
        while (!name.IsEmpty)
        {
            // A name that really has one of the escapes is escaped itself, byte by byte.
            if (Rune.DecodeFromUtf8(name, out var rune, out var length) == OperationStatus.Done && rune.Value is < First or > Last)
                text.Append(rune);
            else
                (length, _) = (1, text.Append((char)(Escapes + name[0])));
            name = name[length..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a name or path, with a zero byte at the end, as system calls take it.</summary>
    public static byte[] ToBytesWithZero(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        var length = 0;
        while (!text.IsEmpty)
        {
            if (text[0] is >= First and <= Last)
            {
                bytes[length++] = (byte)(text[0] - Escapes);
                text = text[1..];
                continue;
            }

            var escape = text.IndexOfAnyInRange(First, Last);
            var plain = escape < 0 ? text : text[..escape];
            length += Encoding.UTF8.GetBytes(plain, bytes.AsSpan(length));
            text = text[plain.Length..];
        }

        return bytes[..(length + 1)];
    }

    /// <summary>A name as a part of a relative URI: the percent-encoded bytes, so that a browser opens the file.</summary>
    public static string ToUriSegment(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var segment = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value is >= First and <= Last)
                segment.Append(CultureInfo.InvariantCulture, $"%{rune.Value - Escapes:X2}");
            else
                segment.Append(Uri.EscapeDataString(rune.ToString()));
        }

        return segment.ToString();
    }

    /// <summary>Whether UTF-8 may hold escapes.</summary>
    internal static bool MayHaveEscapes(ReadOnlySpan<byte> utf8) => utf8.Contains(LeadOfEscapes);
}
