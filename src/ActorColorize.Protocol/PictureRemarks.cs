namespace ActorColorize.Protocol;

/// <summary>What was noticed about a picture, beside its outcome.</summary>
/// <param name="Note">Oddities of its file, one line; null if there are none.</param>
/// <param name="IsSalvaged">Whether the file is damaged and the result shows what could be read of it.</param>
/// <param name="Tone">Whether it is monochrome; null if it was not examined.</param>
public sealed record PictureRemarks(string? Note = null, bool IsSalvaged = false, ToneReport? Tone = null);

/// <summary>Whether a picture is monochrome, and the figures behind the answer.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="IsToned">Whether it has a tint: sepia, cyanotype, yellowed paper.</param>
/// <param name="Chroma">Mean chroma, CIELAB units.</param>
/// <param name="Unexplained">Chroma that neither lightness nor place explains, CIELAB units.</param>
/// <param name="HueSpread">Spread of the colours across their main direction, CIELAB units.</param>
public sealed record ToneReport(ToneAnswer Answer, bool IsToned, double Chroma, double Unexplained, double HueSpread);

/// <summary>Whether a picture is monochrome.</summary>
public enum ToneAnswer
{
    /// <summary>Grey or toned: to be coloured.</summary>
    Monochrome,

    /// <summary>A colour photograph.</summary>
    Color,

    /// <summary>Neither is certain.</summary>
    Doubtful,
}

/// <summary>What is done with pictures of a kind.</summary>
public enum PicturePolicy
{
    /// <summary>They are coloured.</summary>
    Colorize,

    /// <summary>They are skipped and counted.</summary>
    Skip,

    /// <summary>They are skipped, and each is named at the end.</summary>
    List,
}
