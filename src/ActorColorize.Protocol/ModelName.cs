namespace ActorColorize.Protocol;

/// <summary>
/// Names of a daemon's models: 1 to 64 letters, digits, dots, dashes and underscores of ASCII, a letter or digit first. They cannot be
/// confused with paths, since a client's paths are absolute.
/// </summary>
public static class ModelName
{
    /// <summary>Longest accepted name, in characters.</summary>
    public const int Longest = 64;

    /// <summary>Description of a valid name, for error messages.</summary>
    public const string Form =
        "a model's name has 1 to 64 letters, digits, dots, dashes and underscores, and begins with a letter or digit";

    /// <summary>Whether a text is a valid name.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= Longest
            && char.IsAsciiLetterOrDigit(text[0])
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
    }
}

/// <summary>A model that jobs can use by name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="File">The file on the daemon's machine; absolute. It never changes: each promotion creates a new file.</param>
/// <param name="Sha256">SHA-256 of the file.</param>
/// <param name="Run">The run that trained it.</param>
/// <param name="Step">Steps completed by its checkpoint.</param>
/// <param name="ValidationLoss">Validation loss at that step; null if it was not measured.</param>
/// <param name="PromotedAt">Time of the promotion.</param>
public sealed record NamedModel(
    string Name,
    string File,
    string Sha256,
    RunId Run,
    StepNumber Step,
    double? ValidationLoss,
    DateTimeOffset PromotedAt
);
