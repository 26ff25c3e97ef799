using System.Globalization;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Displays;

/// <summary>What is shown when colorizing starts.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Input">The picture or folder to colour.</param>
/// <param name="Output">The folder for the results.</param>
/// <param name="Model">The model and how it was chosen.</param>
/// <param name="Device">Device and why.</param>
/// <param name="Precision">Number format; <c>doctor</c> says why.</param>
/// <param name="Engine">What runs the network; <c>doctor</c> says why.</param>
internal sealed record ColorizeStart(string Job, string Input, string Output, string Model, string Device, string Precision, string Engine);

/// <summary>The progress of a job.</summary>
/// <param name="Found">Pictures found so far.</param>
/// <param name="IsFoundComplete">Whether the walk through the input has ended, so that <paramref name="Found"/> is the total.</param>
/// <param name="Done">Pictures coloured and committed.</param>
/// <param name="Skipped">Pictures skipped: already done, or already in colour.</param>
/// <param name="Failed">Pictures that could not be coloured.</param>
/// <param name="PicturesPerSecond">Pictures finished per second, recent mean.</param>
/// <param name="MegapixelsPerSecond">Megapixels finished per second, recent mean.</param>
/// <param name="Remaining">Estimated time left; null if unknown.</param>
internal sealed record ColorizeProgress(
    long Found,
    bool IsFoundComplete,
    long Done,
    long Skipped,
    long Failed,
    double PicturesPerSecond,
    double MegapixelsPerSecond,
    TimeSpan? Remaining
);

/// <summary>One picture that was not coloured.</summary>
/// <param name="Item">Its path relative to the input.</param>
/// <param name="Reason">Why.</param>
internal sealed record ItemProblem(string Item, string Reason);

/// <summary>Something to know about a picture that was coloured or skipped.</summary>
/// <param name="Item">Its path relative to the input.</param>
/// <param name="Note">What was noticed.</param>
internal sealed record ItemNote(string Item, string Note)
{
    /// <summary>The note on an outcome; null if there is nothing to tell.</summary>
    /// <param name="settled">The picture.</param>
    /// <param name="toned">What is done with toned pictures.</param>
    /// <param name="doubtful">What is done with doubtful ones.</param>
    public static ItemNote? Of(JobEvents.ItemSettled settled, PicturePolicy toned, PicturePolicy doubtful)
    {
        var text = settled.Outcome switch
        {
            ItemOutcome.Done { Remarks: { IsSalvaged: true, Note: var note } } => $"damaged; what could be read was coloured: {note}",
            ItemOutcome.Done { Remarks.Note: { } note } => note,
            ItemOutcome.Skipped { Reason: SkipReason.Doubtful, Remarks.Tone: var tone } when doubtful == PicturePolicy.List =>
                $"skipped: may be in colour or toned ({Figures(tone)}); --doubtful colorize colours it",
            ItemOutcome.Skipped { Reason: SkipReason.Toned, Remarks.Tone: var tone } when toned == PicturePolicy.List =>
                $"skipped: toned ({Figures(tone)})",
            _ => null,
        };
        return text is null ? null : new ItemNote(settled.RelativePath, text);
    }

    private static string Figures(ToneReport? tone) =>
        tone is null
            ? "no figures"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"chroma {tone.Chroma:0.0}, unexplained {tone.Unexplained:0.0}, across {tone.HueSpread:0.0}"
            );
}

/// <summary>The skipped pictures of a job by reason.</summary>
internal static class SkippedPictures
{
    /// <summary>How many were skipped for each reason.</summary>
    public static IReadOnlyDictionary<string, long> ByReason(JobCounts counts)
    {
        var skipped = new Dictionary<string, long>(StringComparer.Ordinal);
        Add(counts.AlreadyDone, SkipReason.AlreadyDone, "");
        Add(counts.AlreadyColour, SkipReason.AlreadyColour, "; use --recolor to recolour them");
        Add(counts.Doubtful, SkipReason.Doubtful, "; use --doubtful colorize to colour them");
        Add(counts.Toned, SkipReason.Toned, "; use --toned colorize to colour them");
        Add(counts.BlackAndWhite, SkipReason.BlackAndWhite, "");
        return skipped;

        void Add(long count, SkipReason reason, string advice)
        {
            if (count > 0)
                skipped[JobManifest.Words(reason) + advice] = count;
        }
    }
}

/// <summary>The end of a job.</summary>
/// <param name="Items">Pictures in all: the sum of the three below.</param>
/// <param name="Done">Pictures coloured and committed.</param>
/// <param name="Skipped">Pictures skipped.</param>
/// <param name="Failed">Pictures that could not be coloured.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
internal sealed record ColorizeTotals(long Items, long Done, long Skipped, long Failed, double Seconds);

/// <summary>What is shown when a job has ended.</summary>
/// <param name="Totals">The counts.</param>
/// <param name="SkippedByReason">How many were skipped, by reason, for example "already coloured before".</param>
/// <param name="Failures">The failed pictures, or the first of them.</param>
/// <param name="Manifest">The manifest file that lists every picture.</param>
/// <param name="ComparePage">The before/after page, or null.</param>
/// <param name="Hidden">Hidden files and system folders that were left out.</param>
/// <param name="Stopped">True if a signal ended the job early; the same command resumes it.</param>
/// <param name="CancelledOf">Pictures of a job that was cancelled; null if it was not.</param>
internal sealed record ColorizeEnd(
    ColorizeTotals Totals,
    IReadOnlyDictionary<string, long> SkippedByReason,
    IReadOnlyList<ItemProblem> Failures,
    string Manifest,
    string? ComparePage,
    bool Stopped,
    long Hidden = 0,
    long? CancelledOf = null
);
