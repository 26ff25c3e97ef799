using ActorColorize.Host.Displays;
using Serilog.Core;
using Serilog.Events;

namespace ActorColorize.Host.Logging;

/// <summary>Log events on the terminal, through the screen, so that they never tear a progress bar: only the message, the trace is in the log file.</summary>
internal sealed class ScreenSink(Screen screen) : ILogEventSink
{
    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        var message = PrintableName.Of(logEvent.RenderMessage());
        if (logEvent.Level >= LogEventLevel.Error)
            screen.Error(message);
        else if (logEvent.Level == LogEventLevel.Warning)
            screen.Warn(message);
        else
            screen.Remark(message);
    }
}
