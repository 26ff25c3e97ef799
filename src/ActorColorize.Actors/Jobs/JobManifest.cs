using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Data.Storage;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// The record of an output folder (<c>manifest.jsonl</c>): one line of JSON for each picture that reached a terminal state, the newest line of a path
/// counts. A line says "done" only after the result has its final name on disk.
/// </summary>
public sealed class JobManifest : IDisposable
{
    /// <summary>The file's name in the output folder.</summary>
    public const string FileName = "manifest.jsonl";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly AppendLog _log;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, JobManifestLine> _newest = [];

    /// <summary>Opens the manifest of an output folder, or begins one. A half-written last line is dropped; its picture is done again.</summary>
    public JobManifest(string outputRoot, TimeProvider clock)
    {
        _clock = clock;
        var path = Path.Combine(outputRoot, FileName);
        _log = new AppendLog(path);
        foreach (var line in Read(path)) _newest[line.Path] = line;
    }

    /// <summary>What is known of a picture from earlier runs.</summary>
    public RecordedResult? Recorded(string relativePath) =>
        _newest.GetValueOrDefault(relativePath) is { Status: "done", SourceSha256: { } source, ResultKey: { } key, OutputBytes: { } bytes }
            ? new RecordedResult(source, key, bytes)
            : null;

    /// <summary>Adds a picture's terminal state, unless the newest line of its path says the same.</summary>
    public void Record(string relativePath, JobSpecification job, ItemOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(job);
        var line = outcome switch
        {
            ItemOutcome.Done done => new JobManifestLine(relativePath, "done", _clock.GetUtcNow())
            {
                SourceSha256 = done.SourceSha256,
                OutputSha256 = done.OutputSha256,
                OutputBytes = done.OutputBytes,
                Width = done.Width,
                Height = done.Height,
                MeanChroma = Math.Round(done.MeanChroma, 3),
                ResultKey = job.ResultKey,
            },
            ItemOutcome.Skipped { Reason: SkipReason.AlreadyColour } => new JobManifestLine(relativePath, "skipped", _clock.GetUtcNow()) { Reason = "already in colour" },
            ItemOutcome.Failed failed => new JobManifestLine(relativePath, "failed", _clock.GetUtcNow()) { Class = failed.Class, Reason = failed.Reason },
            _ => null,
        };
        if (line is null) return;
        if (_newest.TryGetValue(relativePath, out var before) && before with { At = line.At } == line) return;
        _newest[relativePath] = line;
        _log.Append(JsonSerializer.Serialize(line, Json));
        _log.Flush();
    }

    /// <summary>Forces what was recorded to the disk.</summary>
    public void Sync() => _log.Sync();

    /// <inheritdoc/>
    public void Dispose() => _log.Dispose();

    /// <summary>The lines of a manifest in the order in which they were written; none where there is no file.</summary>
    public static IEnumerable<JobManifestLine> Read(string path)
    {
        if (!File.Exists(path)) yield break;
        foreach (var text in AppendLog.ReadLines(path))
        {
            if (TryParse(text) is { } line) yield return line;
        }
    }

    private static JobManifestLine? TryParse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JobManifestLine>(text, Json);
        }
        catch (JsonException)
        {
            return null; // not one of ours; its picture is done again
        }
    }
}

/// <summary>One line of the manifest.</summary>
/// <param name="Path">Relative to both roots.</param>
/// <param name="Status">done, skipped or failed.</param>
/// <param name="At">When it was recorded.</param>
public sealed record JobManifestLine(string Path, string Status, DateTimeOffset At)
{
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
}
