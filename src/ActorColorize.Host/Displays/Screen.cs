using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Host.Logging;
using Serilog.Events;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorColorize.Host.Displays;

/// <summary>
/// Serializes writes to standard output and standard error, so that lines, warnings and a progress bar do not interleave. Thread-safe.
/// </summary>
internal sealed class Screen
{
    private static readonly JsonSerializerOptions JsonStyle = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _warnThroughConsole;

    /// <summary>Creates the screen.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="style">The style of standard output.</param>
    /// <param name="errorIsTerminal">Whether standard error goes to the same terminal as standard output.</param>
    /// <param name="ansi">Whether an interactive terminal understands control sequences.</param>
    public Screen(TextWriter output, TextWriter error, OutputStyle style, bool errorIsTerminal, AnsiSupport ansi = AnsiSupport.Detect)
    {
        _output = output;
        _error = error;
        Style = style;
        _warnThroughConsole = style == OutputStyle.Live && errorIsTerminal;
        People = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(
                    style is OutputStyle.Json or OutputStyle.Quiet or OutputStyle.Events ? TextWriter.Null : output
                ),
                Ansi = style == OutputStyle.Live ? ansi : AnsiSupport.No,
                Interactive = style == OutputStyle.Live ? InteractionSupport.Detect : InteractionSupport.No,
            }
        );
        if (style != OutputStyle.Live)
            People.Profile.Width = 400; // a line of a log is never wrapped
    }

    /// <summary>The style of standard output.</summary>
    public OutputStyle Style { get; }

    /// <summary>The console for text; it discards everything in the styles JSON and quiet.</summary>
    public IAnsiConsole People { get; }

    /// <summary>The screen of this process, with the style detected from its output.</summary>
    /// <param name="json">Whether JSON was requested.</param>
    /// <param name="quiet">Whether only warnings and errors were requested; JSON is written nevertheless.</param>
    /// <param name="events">Whether a daemon's log in compact JSON was requested.</param>
    public static Screen ForThisProcess(bool json, bool quiet, bool events)
    {
        var isDumb = string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        var style =
            json ? OutputStyle.Json
            : events ? OutputStyle.Events
            : quiet ? OutputStyle.Quiet
            : System.Console.IsOutputRedirected || isDumb ? OutputStyle.Plain
            : OutputStyle.Live;
        return new Screen(System.Console.Out, System.Console.Error, style, !System.Console.IsErrorRedirected);
    }

    /// <summary>Writes one line of text; nothing in the styles JSON and quiet. The text is not parsed as markup.</summary>
    public void Line(string text = "") => Line(text, Markup.Escape(text));

    /// <summary>Writes one line, with colours where the terminal supports them.</summary>
    /// <param name="text">The line without markup.</param>
    /// <param name="markup">The same line in Spectre markup.</param>
    public void Line(string text, string markup)
    {
        switch (Style)
        {
            case OutputStyle.Live:
                People.Write(new ClearedLine(markup));
                break;
            case OutputStyle.Plain:
                lock (_lock)
                {
                    _output.WriteLine(text);
                    _output.Flush();
                }

                break;
            case OutputStyle.Events:
                Event(LogEventLevel.Information, text);
                break;
        }
    }

    /// <summary>A line of a log in compact JSON; only in that style.</summary>
    public void Event(string json)
    {
        lock (_lock)
        {
            _output.WriteLine(json);
            _output.Flush();
        }
    }

    /// <summary>A warning on standard error.</summary>
    public void Warn(string text)
    {
        if (Style == OutputStyle.Events)
            Event(LogEventLevel.Warning, text);
        else
            WriteError("warning: ", "yellow", text);
    }

    /// <summary>The error that ends the program, as one line on standard error.</summary>
    public void Error(string text)
    {
        if (Style == OutputStyle.Events)
            Event(LogEventLevel.Error, text);
        else
            WriteError("error: ", "red", text);
    }

    /// <summary>A remark on standard error, for example that a signal was received.</summary>
    public void Remark(string text)
    {
        if (Style == OutputStyle.Events)
            Event(LogEventLevel.Information, text);
        else if (Style != OutputStyle.Quiet)
            WriteError(string.Empty, "grey", text);
    }

    /// <summary>One JSON object on a line of its own on standard output; nothing in the other styles. Names become snake_case.</summary>
    public void Json<T>(T value)
    {
        if (Style != OutputStyle.Json)
            return;
        RawJson(JsonSerializer.Serialize(value, JsonStyle));
    }

    /// <summary>The same for text that is already JSON.</summary>
    public void RawJson(string text)
    {
        if (Style != OutputStyle.Json)
            return;
        lock (_lock)
        {
            _output.WriteLine(text);
            _output.Flush();
        }
    }

    private void Event(LogEventLevel level, string text) => Event(CompactJsonSink.Compact(DateTimeOffset.UtcNow, level, text));

    private void WriteError(string prefix, string colour, string text)
    {
        if (_warnThroughConsole)
        {
            People.Write(new ClearedLine($"[{colour}]{prefix}{Markup.Escape(text)}[/]"));
            return;
        }

        lock (_lock)
        {
            _error.WriteLine(prefix + text);
            _error.Flush();
        }
    }

    /// <summary>
    /// A line that first erases what is below the cursor: a progress bar that stood there may be longer than the line, or than the bar that
    /// is drawn next.
    /// </summary>
    private sealed class ClearedLine(string markup) : IRenderable
    {
        private const string EraseBelow = "\u001b[J";

        private readonly IRenderable _line = new Markup($"{markup}\n");

        public Measurement Measure(RenderOptions options, int maxWidth) => _line.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            options.Ansi ? _line.Render(options, maxWidth).Prepend(Segment.Control(EraseBelow)) : _line.Render(options, maxWidth);
    }
}
