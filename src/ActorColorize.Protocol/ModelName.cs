namespace ActorColorize.Protocol;

/// <summary>
/// Names of a daemon's models: 1 to 64 letters, digits, dots, dashes and underscores of ASCII, a letter or digit first. No path is one,
/// since a path from a client is absolute.
/// </summary>
public static class ModelName
{
    /// <summary>Longest name taken, in characters.</summary>
    public const int Longest = 64;

    /// <summary>What a name looks like, for messages.</summary>
    public const string Form =
        "a model's name has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit";

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= Longest
            && char.IsAsciiLetterOrDigit(text[0])
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }
}

/// <summary>A model that jobs are submitted with by its name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">The file on the daemon's machine; absolute. It never changes: another promotion makes another one.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="Run">The run that it comes from.</param>
/// <param name="Step">Steps completed by its checkpoint.</param>
/// <param name="ValidationLoss">Measured at that step; null where it was not.</param>
/// <param name="PromotedAt">When it got the name.</param>
public sealed record NamedModel(
    string Name,
    string File,
    string Sha256,
    RunId Run,
    StepNumber Step,
    double? ValidationLoss,
    DateTimeOffset PromotedAt
);
