using System.Globalization;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Gateway;

/// <summary>
/// Logging of the gateway's actor system. Anybody who reaches its port can cause warnings, so only the first ones of each minute are
/// written, and the rest are counted. Thread-safe.
/// </summary>
/// <param name="inner">Where lines are written; not disposed.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class LimitedLogging(ILoggerFactory inner, TimeProvider clock) : ILoggerFactory
{
    /// <summary>Warnings and errors that are written within one minute.</summary>
    internal const int PerMinute = 30;

    private readonly Lock _lock = new();
    private long? _began;
    private int _counted;

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LimitedLogger(inner.CreateLogger(categoryName), this);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose() { }

    /// <summary>Counts a warning; tells its number in this minute and how many of the minute before were not written.</summary>
    private (int Number, int NotWritten) Count()
    {
        lock (_lock)
        {
            var notWritten = 0;
            if (_began is not { } began || clock.GetElapsedTime(began) >= TimeSpan.FromMinutes(1))
            {
                notWritten = Math.Max(0, _counted - PerMinute);
                (_began, _counted) = (clock.GetTimestamp(), 0);
            }

            return (++_counted, notWritten);
        }
    }

    private sealed class LimitedLogger(ILogger logger, LimitedLogging limit) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logger.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel < LogLevel.Warning)
            {
                logger.Log(logLevel, eventId, state, exception, formatter);
                return;
            }

            var (number, notWritten) = limit.Count();
            if (notWritten > 0)
                Say(string.Create(CultureInfo.InvariantCulture, $"{notWritten:N0} more warnings of the gateway were not logged before"));
            if (number <= PerMinute)
                logger.Log(logLevel, eventId, state, exception, formatter);
            if (number == PerMinute)
                Say("further warnings of the gateway within this minute are counted, not logged");
        }

        private void Say(string line) => logger.Log(LogLevel.Warning, default, line, null, static (text, _) => text);
    }
}
