namespace ActorColorize.Host.Displays;

/// <summary>Lets one line pass per interval, and every first and last one.</summary>
internal sealed class Throttle(TimeProvider time, TimeSpan interval)
{
    private string? _subject;
    private long _passedAt;

    /// <summary>Whether a line may be written now.</summary>
    /// <param name="subject">What the line is about; a new subject passes at once.</param>
    /// <param name="isLast">Whether it is the subject's last, which always passes.</param>
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
