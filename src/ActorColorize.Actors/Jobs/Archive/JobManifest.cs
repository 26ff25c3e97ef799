using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>
/// The record of an output folder (<c>manifest.jsonl</c>), one line of JSON for a picture. While a job runs, lines are added as its
/// pictures are settled, and the newest line of a path counts; when the job has ended, the file has one line for each path, ordered by
/// path, and "done" for exactly the results that exist. A decision about a result adds a line at the end, until the next job in the folder
/// puts the lines in order again.
/// </summary>
public static class JobManifest
{
    /// <summary>The file's name in the output folder.</summary>
    public const string FileName = "manifest.jsonl";

    private static readonly ManifestJson Json = new(
        new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Converters =
            {
                new JsonStringEnumConverter<FailureClass>(JsonNamingPolicy.SnakeCaseLower),
                new JsonStringEnumConverter<ReviewDecision>(JsonNamingPolicy.SnakeCaseLower),
            },
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // people read the names, too
        }
    );

    /// <summary>The line of a settled picture; null if the line of an earlier job still applies.</summary>
    public static JobManifestLine? LineOf(SettledPicture settled, string resultKey)
    {
        ArgumentNullException.ThrowIfNull(settled);
        return settled.Outcome switch
        {
            ItemOutcome.Done done => new JobManifestLine(settled.RelativePath, JobManifestLine.Done, settled.At)
            {
                SourceSha256 = done.SourceSha256,
                OutputSha256 = done.OutputSha256,
                OutputBytes = done.OutputBytes,
                Width = done.Width,
                Height = done.Height,
                MeanChroma = Math.Round(done.MeanChroma, 3),
                ResultKey = resultKey,
                Note = done.Remarks?.Note,
                Salvaged = done.Remarks is { IsSalvaged: true } ? true : null,
                Tone = ManifestTone.Of(done.Remarks?.Tone),
                Review = settled.Review == ReviewDecision.None ? null : settled.Review,
            },
            ItemOutcome.Skipped { Reason: not SkipReason.AlreadyDone } skipped => new JobManifestLine(
                settled.RelativePath,
                "skipped",
                settled.At
            )
            {
                Reason = Words(skipped.Reason),
                Note = skipped.Remarks?.Note,
                Tone = ManifestTone.Of(skipped.Remarks?.Tone),
            },
            ItemOutcome.Failed failed => new JobManifestLine(settled.RelativePath, "failed", settled.At)
            {
                Class = failed.Class,
                Reason = failed.Reason,
            },
            ItemOutcome.Quarantined quarantined => new JobManifestLine(settled.RelativePath, "quarantined", settled.At)
            {
                Reason = quarantined.Reason,
            },
            _ => null,
        };
    }

    /// <summary>Why a picture was skipped, in words.</summary>
    public static string Words(SkipReason reason) =>
        reason switch
        {
            SkipReason.AlreadyDone => "done before, with the same model and options",
            SkipReason.AlreadyColour => "already in colour",
            SkipReason.Doubtful => "may be in colour or toned",
            SkipReason.Toned => "toned",
            SkipReason.BlackAndWhite => "holds black and white only, which leaves no room for colour",
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Unknown reason."),
        };

    /// <summary>A line as text.</summary>
    public static string ToText(JobManifestLine line) => JsonSerializer.Serialize(line, Json.JobManifestLine);

    /// <summary>The complete lines of a manifest in order; invalid lines are left out, and their pictures are processed again.</summary>
    /// <exception cref="IOException">It cannot be read. (A file that is not there has no lines.)</exception>
    public static IEnumerable<JobManifestLine> Read(string path) => ReadTexts(path).Select(entry => entry.Line);

    /// <summary>The same, with the text of each line.</summary>
    internal static IEnumerable<(JobManifestLine Line, string Text)> ReadTexts(string path)
    {
        if (!File.Exists(path))
            yield break;
        foreach (var text in AppendLog.ReadLines(path))
        {
            if (TryParse(text) is { } line)
                yield return (line, text);
        }
    }

    private static JobManifestLine? TryParse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Json.JobManifestLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Source-generated serialization of the lines.</summary>
[JsonSerializable(typeof(JobManifestLine))]
internal sealed partial class ManifestJson : JsonSerializerContext;

/// <summary>One line of the manifest.</summary>
/// <param name="Path">Relative to both roots.</param>
/// <param name="Status">done, skipped, failed or quarantined.</param>
/// <param name="At">When it was recorded.</param>
public sealed record JobManifestLine(string Path, string Status, DateTimeOffset At)
{
    /// <summary>The status of a picture whose result is in the folder.</summary>
    public const string Done = "done";

    /// <summary>Hash of the original.</summary>
    public string? SourceSha256 { get; init; }

    /// <summary>Hash of the result.</summary>
    public string? OutputSha256 { get; init; }

    /// <summary>Length of the result.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>Pixels, upright.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels, upright.</summary>
    public int? Height { get; init; }

    /// <summary>Of the result, CIELAB units.</summary>
    public double? MeanChroma { get; init; }

    /// <summary>Model and options that made the result.</summary>
    public string? ResultKey { get; init; }

    /// <summary>Kind of failure.</summary>
    public FailureClass? Class { get; init; }

    /// <summary>Why it was skipped or failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Oddities of the original's file.</summary>
    public string? Note { get; init; }

    /// <summary>True if the original is damaged and the result shows what could be read of it.</summary>
    public bool? Salvaged { get; init; }

    /// <summary>Whether the original is monochrome, and the figures behind the answer.</summary>
    public ManifestTone? Tone { get; init; }

    /// <summary>What a person has decided about the result; null for nothing yet.</summary>
    public ReviewDecision? Review { get; init; }

    /// <summary>The result that a job with this result key need not make again; null if it has to.</summary>
    public RecordedResult? ResultOf(string resultKey) =>
        Status == Done && Salvaged is null && ResultKey == resultKey && SourceSha256 is { Length: 64 } source && OutputBytes is { } bytes
            ? new RecordedResult(source, bytes)
            : null;
}

/// <summary>Whether a picture is monochrome, in the manifest.</summary>
/// <param name="Answer">monochrome, color or doubtful.</param>
/// <param name="IsToned">Whether it has a tint.</param>
/// <param name="Chroma">Mean chroma, CIELAB units.</param>
/// <param name="Unexplained">Chroma that neither lightness nor place explains.</param>
/// <param name="HueSpread">Spread of the colours across their main direction.</param>
public sealed record ManifestTone(string Answer, bool IsToned, double Chroma, double Unexplained, double HueSpread)
{
    /// <summary>The part of a line for a report; null for none.</summary>
    public static ManifestTone? Of(ToneReport? report) =>
        report is null
            ? null
            : new ManifestTone(
                report.Answer.ToString().ToLowerInvariant(),
                report.IsToned,
                Math.Round(report.Chroma, 2),
                Math.Round(report.Unexplained, 2),
                Math.Round(report.HueSpread, 2)
            );
}
