using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using ActorColorize.Actors.DeviceProcess;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace ActorColorize.Host.Logging;

/// <summary>
/// Takes the events that a process of this program has written to its standard output as compact JSON (<see cref="CompactJsonSink"/>) into
/// this process's log, as the events that they were: with their time, level, exception, trace and subjects, and the process's name. Without
/// it they would be text in the text of another event. Everything else is forwarded.
/// </summary>
internal sealed class RelayedLines(ILogEventSink next) : ILogEventSink
{
    /// <summary>Name of a device process in <see cref="CompactJsonSink"/>'s member <c>process</c>.</summary>
    private const string DeviceProcess = "device";

    private static readonly string DeviceSource = typeof(DeviceProcessActor).FullName!;
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);
    private static readonly MessageTemplate OneLine = new MessageTemplateParser().Parse("{Line:l}");

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Properties.GetValueOrDefault(Constants.SourceContextPropertyName) is not ScalarValue { Value: string source })
        {
            next.Emit(logEvent);
            return;
        }

        if (source == DeviceSource)
        {
            using var written = new StringWriter(CultureInfo.InvariantCulture);
            Message.Format(logEvent, written);
            if (TryParse(written.ToString(), "process", DeviceProcess, out var own))
            {
                next.Emit(own);
                return;
            }
        }

        next.Emit(logEvent);
    }

    /// <summary>Reads a line of a process.</summary>
    /// <param name="line">The line.</param>
    /// <param name="kind">The member that names the process: <c>process</c> or <c>node</c>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="logEvent">The event.</param>
    /// <returns>Whether it is an event in compact JSON.</returns>
    internal static bool TryParse(string line, string kind, string name, [NotNullWhen(true)] out LogEvent? logEvent)
    {
        logEvent = null;
        if (!line.StartsWith(DeviceProcessActor.EventPrefix, StringComparison.Ordinal))
            return false;
        try
        {
            using var document = JsonDocument.Parse(line);
            var members = document
                .RootElement.EnumerateObject()
                .Where(static member => member.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(static member => member.Name, static member => member.Value.GetString()!, StringComparer.Ordinal);
            logEvent = Event(members, kind, name);
            return true;
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or KeyNotFoundException or ArgumentException)
        {
            return false; // for example cut off, because it is too long: it stays text
        }
    }

    private static LogEvent Event(Dictionary<string, string> members, string kind, string name)
    {
        List<LogEventProperty> properties =
        [
            new("Line", new ScalarValue(members["@m"])),
            new(kind, new ScalarValue(name)),
            .. members
                .Where(member => CompactJsonSink.Members.Contains(member.Key) && member.Key != kind)
                .Select(static member => new LogEventProperty(member.Key, new ScalarValue(member.Value))),
        ];
        if (members.TryGetValue("source", out var source))
            properties.Add(new LogEventProperty(Constants.SourceContextPropertyName, new ScalarValue(source)));
        return new LogEvent(
            DateTimeOffset.Parse(members["@t"], CultureInfo.InvariantCulture),
            members.TryGetValue("@l", out var level) ? Enum.Parse<LogEventLevel>(level) : LogEventLevel.Information,
            members.TryGetValue("@x", out var exception) ? new RelayedException(exception) : null,
            OneLine,
            properties,
            members.TryGetValue("@tr", out var trace) ? ActivityTraceId.CreateFromString(trace) : default,
            members.TryGetValue("@sp", out var span) ? ActivitySpanId.CreateFromString(span) : default
        );
    }

    /// <summary>An exception of another process, with its stack.</summary>
    private sealed class RelayedException(string text) : Exception(text.Split('\n')[0])
    {
        public override string ToString() => text;
    }
}
