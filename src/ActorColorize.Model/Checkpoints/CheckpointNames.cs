using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ActorColorize.Model.Checkpoints;

/// <summary>
/// Names in a run's folder of checkpoints. Names that begin with a dot are intermediate states of the writer:
/// <code>
/// step-00000400                     a checkpoint
/// step-00000400.rejected-1          a damaged checkpoint, kept for inspection
/// .step-00000400.partial-1a2b3c4d   being written
/// .step-00000400.replaced-1a2b3c4d  moved away for a new one of the same step
/// .step-00000400.deleted-1a2b3c4d   being deleted
/// </code>
/// </summary>
internal static partial class CheckpointNames
{
    public const string Folder = "checkpoints";
    public const string Partial = "partial";
    public const string Replaced = "replaced";
    public const string Deleted = "deleted";

    public static string Of(long step) => $"step-{step:D8}";

    public static string Rejected(long step, int number) => $"{Of(step)}.rejected-{number}";

    /// <summary>A new name for an intermediate state of the given kind.</summary>
    public static string Unfinished(long step, string kind) =>
        $".{Of(step)}.{kind}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>The step of a checkpoint's folder name, or null for any other name.</summary>
    public static long? StepOf(string name) =>
        StepName().Match(name) is { Success: true } match && TryStep(match.Groups["step"].ValueSpan, out var step) && Of(step) == name
            ? step
            : null;

    /// <summary>Step and kind of an intermediate state, or null for any other name.</summary>
    public static (long Step, string Kind)? UnfinishedOf(string name) =>
        UnfinishedName().Match(name) is { Success: true } match && TryStep(match.Groups["step"].ValueSpan, out var step)
            ? (step, match.Groups["kind"].Value)
            : null;

    /// <summary>Whether a name is that of a checkpoint that was found damaged.</summary>
    public static bool IsRejected(string name) => RejectedName().IsMatch(name);

    private static bool TryStep(ReadOnlySpan<char> digits, out long step) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out step);

    [GeneratedRegex(@"\Astep-(?<step>[0-9]{8,18})\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StepName();

    [GeneratedRegex(@"\Astep-[0-9]{8,18}\.rejected-[0-9]+\z", RegexOptions.None, 1000)]
    private static partial Regex RejectedName();

    [GeneratedRegex(@"\A\.step-(?<step>[0-9]{8,18})\.(?<kind>partial|replaced|deleted)-[0-9a-f]{8}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnfinishedName();
}
