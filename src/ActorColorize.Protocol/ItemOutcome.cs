namespace ActorColorize.Protocol;

/// <summary>The one terminal state that every picture of a job ends in.</summary>
public abstract record ItemOutcome
{
    private ItemOutcome() { }

    /// <summary>The result is on disk under its final name.</summary>
    /// <param name="SourceSha256">Of the original.</param>
    /// <param name="OutputSha256">Of the result.</param>
    /// <param name="OutputBytes">Length of the result.</param>
    /// <param name="Width">Pixels, upright.</param>
    /// <param name="Height">Pixels, upright.</param>
    /// <param name="MeanChroma">Of the result, CIELAB units.</param>
    public sealed record Done(string SourceSha256, string OutputSha256, long OutputBytes, int Width, int Height, double MeanChroma)
        : ItemOutcome;

    /// <summary>Nothing had to be done.</summary>
    public sealed record Skipped(SkipReason Reason) : ItemOutcome;

    /// <summary>It cannot be done.</summary>
    /// <param name="Class">What kind of failure.</param>
    /// <param name="Reason">One line.</param>
    /// <param name="IsTransient">Whether the same picture may succeed at another time or on another device; the coordinator then has it
    /// tried again, a limited number of times.</param>
    public sealed record Failed(FailureClass Class, string Reason, bool IsTransient = false) : ItemOutcome;

    /// <summary>It was alone with a worker each time that the worker died.</summary>
    /// <param name="Deaths">Workers that died of it.</param>
    /// <param name="Reason">One line: how the last one died.</param>
    public sealed record Quarantined(int Deaths, string Reason) : ItemOutcome;
}

/// <summary>Why a picture was left as it is.</summary>
public enum SkipReason
{
    /// <summary>An earlier run made the same result from the same original.</summary>
    AlreadyDone,

    /// <summary>It has colour; <c>--recolor</c> colours it anew.</summary>
    AlreadyColour,
}

/// <summary>What kind of failure a picture met.</summary>
public enum FailureClass
{
    /// <summary>The file cannot be read as a picture.</summary>
    Unreadable,

    /// <summary>It is over a limit.</summary>
    TooLarge,

    /// <summary>A kind of picture that is not handled.</summary>
    Unsupported,

    /// <summary>The result could not be written.</summary>
    Output,

    /// <summary>The device or a worker failed on it again and again.</summary>
    Device,
}
