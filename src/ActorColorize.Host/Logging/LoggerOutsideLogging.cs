using System.Diagnostics.CodeAnalysis;
using Akka.Event;

namespace ActorColorize.Host.Logging;

/// <summary>
/// What an actor system says before its loggers start and after they have stopped: warnings and errors go to standard error, and the steps
/// of starting and stopping nowhere. Named in <see cref="Nodes.NodeHocon.AnyNode"/>.
/// </summary>
[SuppressMessage("Design", "MA0097", Justification = "References to actors are compared by Akka alone.")]
internal sealed class LoggerOutsideLogging : MinimalLogger
{
    /// <inheritdoc/>
    protected override void Log(object message)
    {
        if (message is LogEvent logEvent && logEvent.LogLevel() >= LogLevel.WarningLevel)
            Console.Error.WriteLine($"warning: {logEvent.Message}");
    }
}
