using System.Text;

namespace ActorColorize.Model.Checkpoints;

/// <summary>Sanitizes text from damaged or hostile files for a one-line message.</summary>
internal static class OneLine
{
    private const int LongestName = 100;

    /// <summary>The text without line ends and other control characters.</summary>
    public static string Of(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (var character in text)
            line.Append(char.IsControl(character) ? ' ' : character);
        return line.ToString();
    }

    /// <summary>A name in quotation marks, shortened when it is very long.</summary>
    public static string Quote(string name) => name.Length <= LongestName ? $"'{Of(name)}'" : $"'{Of(name[..LongestName])}…'";
}
