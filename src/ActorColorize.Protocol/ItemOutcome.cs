namespace ActorColorize.Protocol;

/// <summary>The one terminal state that every picture of a job ends in.</summary>
public abstract record ItemOutcome
{
    private ItemOutcome() { }

    /// <summary>The result is on disk under its final name.</summary>
    /// <param name="SourceSha256">SHA-256 of the original.</param>
    /// <param name="OutputSha256">SHA-256 of the result.</param>
    /// <param name="OutputBytes">Length of the result.</param>
    /// <param name="Width">Pixels, upright.</param>
    /// <param name="Height">Pixels, upright.</param>
    /// <param name="MeanChroma">Mean chroma of the result, CIELAB units.</param>
    /// <param name="Remarks">What was noticed about the original; null if nothing was.</param>
    public sealed record Done(
        string SourceSha256,
        string OutputSha256,
        long OutputBytes,
        int Width,
        int Height,
        double MeanChroma,
        PictureRemarks? Remarks = null
    ) : ItemOutcome;

    /// <summary>Nothing had to be done.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Remarks">What was noticed about the original; null if nothing was.</param>
    public sealed record Skipped(SkipReason Reason, PictureRemarks? Remarks = null) : ItemOutcome;

    /// <summary>The picture could not be coloured.</summary>
    /// <param name="Class">What kind of failure.</param>
    /// <param name="Reason">One line.</param>
    /// <param name="IsTransient">Whether the same picture may succeed later or on another device; the coordinator then retries it a limited
    /// number of times.</param>
    public sealed record Failed(FailureClass Class, string Reason, bool IsTransient = false) : ItemOutcome;

    /// <summary>The only picture of its worker each time the worker crashed.</summary>
    /// <param name="Deaths">Number of workers that crashed on it.</param>
    /// <param name="Reason">One line: how the last worker crashed.</param>
    public sealed record Quarantined(int Deaths, string Reason) : ItemOutcome;
}

/// <summary>Why a picture was skipped.</summary>
public enum SkipReason
{
    /// <summary>An earlier run made the same result from the same original.</summary>
    AlreadyDone,

    /// <summary>It is already in colour; <c>--recolor</c> colours it anyway.</summary>
    AlreadyColour,

    /// <summary>It may be a colour photograph or a toned one.</summary>
    Doubtful,

    /// <summary>It is monochrome with a tint, and toned pictures were not wanted.</summary>
    Toned,

    /// <summary>It holds black and white only, which leaves no room for colour.</summary>
    BlackAndWhite,
}

/// <summary>Why a picture failed.</summary>
public enum FailureClass
{
    /// <summary>The file cannot be read as a picture.</summary>
    Unreadable,

    /// <summary>It exceeds a limit.</summary>
    TooLarge,

    /// <summary>An unsupported kind of picture.</summary>
    Unsupported,

    /// <summary>The result could not be written.</summary>
    Output,

    /// <summary>The device or a worker failed on it repeatedly.</summary>
    Device,
}
