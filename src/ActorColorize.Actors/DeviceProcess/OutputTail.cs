using System.Text;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// Reads what a process writes, line by line, in bounded memory: every line is truncated and forwarded, and the last one is kept.
/// </summary>
internal sealed class OutputTail(TextReader reader, Action<string> onLine)
{
    private const int LongestLine = 1000;
    private const int LongestEvent = 16_000;

    /// <summary>Prefix of lines that do not report a failure of the process.</summary>
    internal const string WarningPrefix = "warning: ";

    /// <summary>The last line that was neither empty nor a warning nor an event; null before there is one.</summary>
    internal string? Last { get; private set; }

    /// <summary>Reads to the end of the stream. A broken stream counts as ended.</summary>
    internal async Task ReadAsync()
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        try
        {
            while (await reader.ReadAsync(buffer) is > 0 and var count)
            {
                for (var i = 0; i < count; i++)
                {
                    if (buffer[i] is '\n' or '\r')
                        Complete(line);
                    else if (line.Length < LongestLine || (line.Length < LongestEvent && line[0] == '{'))
                        line.Append(buffer[i]);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            onLine($"(its output cannot be read any further: {e.Message})");
        }

        Complete(line);
    }

    private void Complete(StringBuilder line)
    {
        var text = line.ToString().Trim();
        line.Clear();
        if (text.Length == 0)
            return;
        if (
            !text.StartsWith(WarningPrefix, StringComparison.Ordinal)
            && !text.StartsWith(DeviceProcessActor.EventPrefix, StringComparison.Ordinal)
        )
            Last = text.Length > LongestLine ? text[..LongestLine] : text;
        onLine(text);
    }
}
