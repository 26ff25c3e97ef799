using Microsoft.Extensions.Logging;

namespace ActorColorize.Client.Tests;

/// <summary>Records log lines, and completes a task when an expected line arrives.</summary>
internal sealed class RecordedLog : ILoggerFactory, ILogger
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = [];

    /// <summary>Waits for a line that was or will be logged.</summary>
    public Task<string> LineAsync(params string[] parts)
    {
        bool Wanted(string line) => parts.All(part => line.Contains(part, StringComparison.OrdinalIgnoreCase));
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.Find(Wanted) is { } line)
                return Task.FromResult(line);
            _waiting.Add((Wanted, found));
        }

        return WaitAsync(found.Task, parts);
    }

    /// <summary>How many lines so far have all these parts.</summary>
    public int Count(params string[] parts)
    {
        lock (_lock)
            return _lines.Count(line => parts.All(part => line.Contains(part, StringComparison.OrdinalIgnoreCase)));
    }

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var line = $"{logLevel}: {formatter(state, exception)} {exception?.Message}";
        lock (_lock)
        {
            _lines.Add(line);
            foreach (var (wanted, found) in _waiting)
            {
                if (wanted(line))
                    found.TrySetResult(line);
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Dispose() { }

    private async Task<string> WaitAsync(Task<string> line, string[] parts)
    {
        try
        {
            return await line.WaitAsync(Patience);
        }
        catch (TimeoutException e)
        {
            lock (_lock)
                throw new TimeoutException($"no line with '{string.Join("', '", parts)}' in:\n{string.Join('\n', _lines)}", e);
        }
    }
}
