using System.Globalization;
using System.Text;

namespace ActorColorize.Host.Displays;

/// <summary>File names on one line, with control characters escaped, so that a name cannot control the terminal.</summary>
internal static class PrintableName
{
    /// <summary>The name with control and format characters written as \uXXXX.</summary>
    public static string Of(string name)
    {
        if (!name.Any(IsUnprintable))
            return name;
        var text = new StringBuilder(name.Length + 16);
        foreach (var character in name)
            text.Append(IsUnprintable(character) ? $"\\u{(int)character:x4}" : character.ToString());
        return text.ToString();
    }

    // Surrogates stay: they are halves of emoji. Format characters go: they can turn the direction of the text around.
    private static bool IsUnprintable(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || character is '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
