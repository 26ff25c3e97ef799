namespace ActorColorize.Host.Displays;

/// <summary>Limits output to one line per interval, and always passes the first and the last.</summary>
internal sealed class Throttle(TimeProvider time, TimeSpan interval)
{
    private string? _subject;
    private long _passedAt;

    /// <summary>Whether a line may be written now.</summary>
    /// <param name="subject">The subject of the line; a new subject passes immediately.</param>
    /// <param name="isLast">Whether it is the subject's last line, which always passes.</param>
    public bool MayPass(string subject, bool isLast)
    {
        var isNew = !string.Equals(subject, _subject, StringComparison.Ordinal);
        if (!isNew && !isLast && time.GetElapsedTime(_passedAt) < interval)
            return false;
        _subject = subject;
        _passedAt = time.GetTimestamp();
        return true;
    }
}
