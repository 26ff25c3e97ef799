using ActorColorize.Host.Displays;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace ActorColorize.Host.Logging;

/// <summary>
/// Writes log events to the terminal through the screen, so that they do not interleave with a progress bar. Only the message is shown; the
/// stack trace is in the log file.
/// </summary>
internal sealed class ScreenSink(Screen screen) : ILogEventSink
{
    // Names and reasons without the quotation marks that Serilog puts around texts.
    private static readonly MessageTemplateTextFormatter PlainMessage = new("{Message:lj}");

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter();
        PlainMessage.Format(logEvent, text);
        var message = PrintableName.Of(text.ToString());
        if (logEvent.Level >= LogEventLevel.Error)
            screen.Error(message);
        else if (logEvent.Level == LogEventLevel.Warning)
            screen.Warn(message);
        else
            screen.Remark(message);
    }
}
