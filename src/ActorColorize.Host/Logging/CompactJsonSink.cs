using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using ActorColorize.Host.Displays;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace ActorColorize.Host.Logging;

/// <summary>
/// Writes log events as compact JSON, one object a line, in the form that Serilog calls CLEF: <c>@t</c> time, <c>@l</c> level (absent for
/// Information), <c>@m</c> message, <c>@x</c> exception, <c>@tr</c> and <c>@sp</c> trace and span. Beside them <c>source</c>, the id of the
/// log's run or job as <c>id</c>, <c>node</c> and <c>process</c> of an event of another process, and <c>run</c>, <c>job</c> and <c>item</c>
/// as properties of the event or, of events without properties, where the message names them.
/// </summary>
internal sealed partial class CompactJsonSink(Screen screen, string id) : ILogEventSink
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);

    /// <summary>Members that an event of another process keeps.</summary>
    internal static readonly IReadOnlyList<string> Members = ["id", "source", "node", "process", "run", "job", "item"];

    private static readonly string[] Subject = ["run", "job", "item"];
    private static readonly string[] Origins = ["node", "process"];
    private static readonly JsonWriterOptions Style = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, text);
        screen.Event(Compact(logEvent, PrintableName.Of(text.ToString()), id));
    }

    /// <summary>A line of the screen as an event.</summary>
    internal static string Compact(DateTimeOffset at, LogEventLevel level, string message) =>
        Written(json =>
        {
            Begin(json, at, level, message);
            Correlate(json, message, static _ => null);
        });

    private static string Compact(LogEvent logEvent, string message, string id) =>
        Written(json =>
        {
            Begin(json, logEvent.Timestamp, logEvent.Level, message);
            if (logEvent.Exception is { } exception)
                json.WriteString("@x", exception.ToString());
            if (logEvent.TraceId is { } trace)
                json.WriteString("@tr", trace.ToHexString());
            if (logEvent.SpanId is { } span)
                json.WriteString("@sp", span.ToHexString());
            json.WriteString("id", Property(logEvent, "id") ?? id);
            if (Property(logEvent, Constants.SourceContextPropertyName) is { } source)
                json.WriteString("source", source);
            foreach (var name in Origins)
            {
                if (Property(logEvent, name) is { } value)
                    json.WriteString(name, value);
            }

            Correlate(json, message, name => Property(logEvent, name) ?? Property(logEvent, char.ToUpperInvariant(name[0]) + name[1..]));
        });

    private static string? Property(LogEvent logEvent, string name) =>
        logEvent.Properties.GetValueOrDefault(name) is ScalarValue { Value: { } value }
            ? Convert.ToString(value, CultureInfo.InvariantCulture)
            : null;

    private static void Begin(Utf8JsonWriter json, DateTimeOffset at, LogEventLevel level, string message)
    {
        json.WriteString("@t", at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        if (level != LogEventLevel.Information)
            json.WriteString("@l", level.ToString());
        json.WriteString("@m", message);
    }

    private static void Correlate(Utf8JsonWriter json, string message, Func<string, string?> property)
    {
        var named = Subjects().Matches(message).DistinctBy(static match => match.Groups["kind"].Value).ToArray();
        foreach (var kind in Subject)
        {
            var value = property(kind) ?? named.FirstOrDefault(match => match.Groups["kind"].Value == kind)?.Groups["id"].Value;
            if (value is not null)
                json.WriteString(kind, value);
        }
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Style))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Messages of this program name their subjects by a word and an id; ids of jobs and runs have one form.</summary>
    [GeneratedRegex(
        @"\b(?<kind>run|job) (?<id>\d{8}-\d{6}-[0-9a-f]{6})\b|\b(?<kind>item) (?<id>\d+)\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Subjects();
}
