using Microsoft.Extensions.Logging;

namespace ActorColorize.Rest;

/// <summary>
/// Loggers without the host's own line about a start that failed ("Hosting failed to start"): the exception reports it to the caller, who
/// may have another port to try.
/// </summary>
internal sealed class ThrownStartFailures(ILoggerFactory inner) : ILoggerFactory
{
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";
    private const string StartFailed = "HostedServiceStartupFaulted";

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) =>
        categoryName == Host ? new HostLogger(inner.CreateLogger(categoryName)) : inner.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <summary>The loggers belong to the caller.</summary>
    public void Dispose() { }

    private sealed class HostLogger(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (eventId.Name != StartFailed)
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }
}
