using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Data.Storage;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// A run's <c>metrics.jsonl</c>: one line of JSON per log step, validation and event. Numbers are written so that they round-trip exactly;
/// NaN and infinities are written as the texts "NaN", "Infinity" and "-Infinity". For a single writer on one thread; others may read it at
/// the same time.
/// </summary>
public sealed class MetricsLog : IDisposable
{
    private readonly AppendLog log;

    private MetricsLog(AppendLog log, int superseded, int unreadable)
    {
        this.log = log;
        SupersededLines = superseded;
        UnreadableLines = unreadable;
    }

    /// <summary>Lines that were removed at opening because they are after the step from which the run resumes.</summary>
    public int SupersededLines { get; }

    /// <summary>Lines that were removed at opening because they could not be read, including an incomplete last line.</summary>
    public int UnreadableLines { get; }

    private static JsonSerializerOptions Json { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

    /// <summary>Opens or creates the log of a run that resumes from a step.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="resumedStep">
    /// Completed steps of the checkpoint from which the run resumes, 0 for a new run. Lines of training and validation after it are
    /// removed: those steps are about to be repeated, and the file reads as one continuous history. Events and faults are kept, since they
    /// did happen. The file is replaced atomically.
    /// </param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static MetricsLog Open(string path, long resumedStep) => Open(path, resumedStep, static file => new AppendLog(file));

    /// <summary>The same with another way to open the file.</summary>
    internal static MetricsLog Open(string path, long resumedStep, Func<string, AppendLog> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(resumedStep);
        int dropped;
        using (var present = open(path))
            dropped = present.DroppedBytes > 0 ? 1 : 0;

        var fates = AppendLog.ReadLines(path).CountBy(line => FateOf(line, resumedStep)).ToDictionary();
        var superseded = fates.GetValueOrDefault(Fate.Superseded);
        var unreadable = fates.GetValueOrDefault(Fate.Unreadable);
        if (superseded + unreadable > 0)
            Rewrite(path, AppendLog.ReadLines(path).Where(line => FateOf(line, resumedStep) == Fate.Kept));
        return new MetricsLog(open(path), superseded, unreadable + dropped);
    }

    /// <summary>The lines of a log, even while it is being written. Unreadable lines are left out.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IEnumerable<MetricsLine> Read(string path) => AppendLog.ReadLines(path).Select(TryParse).OfType<MetricsLine>();

    /// <summary>The furthest step in a log; 0 if there is none or it cannot be read.</summary>
    public static long LastStep(string path)
    {
        try
        {
            return Read(path).Select(static line => line.Step).DefaultIfEmpty(0).Max();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Appends a line; it is passed to the operating system immediately, so that it survives the end of the process.</summary>
    /// <exception cref="IOException">No room, or the disk fails; the line is kept and written with the next one that can be.</exception>
    public void Append(MetricsLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        log.Append(JsonSerializer.SerializeToUtf8Bytes(line, Json));
        log.Flush();
    }

    /// <summary>
    /// Flushes all lines to disk, so that they survive a power cut; called before a checkpoint, so that the log never ends before the step
    /// from which a run resumes.
    /// </summary>
    /// <exception cref="IOException">As for <see cref="Append"/>.</exception>
    public void Sync() => log.Sync();

    /// <inheritdoc />
    public void Dispose() => log.Dispose();

    private enum Fate
    {
        Kept,
        Superseded,
        Unreadable,
    }

    /// <summary>Reads only kind and step, so that lines of a later version of the program are kept as they are.</summary>
    private static Fate FateOf(string line, long resumedStep)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var step = root.GetProperty("step").GetInt64();
            var kind = root.GetProperty("kind");
            return step <= resumedStep || kind.ValueEquals("event") || kind.ValueEquals("fault") ? Fate.Kept : Fate.Superseded;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return Fate.Unreadable;
        }
    }

    /// <summary>A line; null if it cannot be read.</summary>
    internal static MetricsLine? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<MetricsLine>(line, Json);
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private static void Rewrite(string path, IEnumerable<string> lines) => AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            foreach (var line in lines)
                writer.WriteLine(line);
        });
}
