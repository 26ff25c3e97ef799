using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Data.Storage;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// A run's <c>metrics.jsonl</c>: one line of JSON per log step, validation and event. Numbers are written so that reading gives the same
/// number again; NaN and infinities are written as the texts "NaN", "Infinity" and "-Infinity". For one writer on one thread; others may
/// read meanwhile.
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

    /// <summary>Lines that opening removed because they lie behind the step that the run goes on from.</summary>
    public int SupersededLines { get; }

    /// <summary>Lines that opening removed because they could not be read, a half-written last one included.</summary>
    public int UnreadableLines { get; }

    private static JsonSerializerOptions Json { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

    /// <summary>Opens the log of a run that goes on from a step, or makes it.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="resumedStep">
    /// Completed steps of the checkpoint that the run goes on from, 0 for one that begins. Lines of training and validation behind it are
    /// removed: those steps are about to be done again, and the file reads as one unbroken history. Events and faults stay, since they did
    /// happen. The file is rewritten aside and renamed, so a crash leaves the old or the new one.
    /// </param>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static MetricsLog Open(string path, long resumedStep) => Open(path, resumedStep, static file => new AppendLog(file));

    /// <summary>The same over a file of lines that is opened in another way.</summary>
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

    /// <summary>The lines of a log, also while it is being written. What cannot be read is left out.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static IEnumerable<MetricsLine> Read(string path) => AppendLog.ReadLines(path).Select(TryParse).OfType<MetricsLine>();

    /// <summary>The furthest step that a log tells of; 0 where it tells of none or cannot be read.</summary>
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

    /// <summary>Adds a line; it is handed to the operating system at once, so that it survives the end of the process.</summary>
    /// <exception cref="IOException">No room, or the disk fails; the line is kept and written with the next one that can be.</exception>
    public void Append(MetricsLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        log.Append(JsonSerializer.SerializeToUtf8Bytes(line, Json));
        log.Flush();
    }

    /// <summary>
    /// Makes sure that all lines survive a power cut; done before a checkpoint, so that the log never ends before the step that a run
    /// resumes from.
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

    /// <summary>Looks only at kind and step, so that lines of a later version of the program are kept as they are.</summary>
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

    private static MetricsLine? TryParse(string line)
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
