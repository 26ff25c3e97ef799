namespace ActorColorize.Imaging.Integrity;

/// <summary>Reads a file forwards through a buffer, and finds single bytes in it quickly.</summary>
internal sealed class ByteWindow(Stream file)
{
    private readonly byte[] buffer = new byte[1 << 16];
    private long start;
    private int length;
    private int at;
    private int zeros;

    /// <summary>
    /// Whether <see cref="SkipTo"/> has passed over a run of at least <see cref="ZeroRun"/> zeros that is followed by another byte than the
    /// one that was looked for. To be reset by the caller.
    /// </summary>
    public bool HasSkippedZeros { get; set; }

    /// <summary>How many zeros in a row count.</summary>
    public const int ZeroRun = 24;

    /// <summary>Where the next byte is read from.</summary>
    public long Position
    {
        get => start + at;
        set
        {
            if (value >= start && value <= start + length)
            {
                at = (int)(value - start);
                return;
            }

            (start, length, at) = (value, 0, 0);
        }
    }

    /// <summary>The next byte; −1 at the end.</summary>
    public int ReadByte() => at < length || Fill() ? buffer[at++] : -1;

    /// <summary>As many bytes; null if the file ends before.</summary>
    public byte[]? Read(int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count; )
        {
            if (at == length && !Fill())
                return null;
            var part = Math.Min(count - done, length - at);
            buffer.AsSpan(at, part).CopyTo(bytes.AsSpan(done));
            (at, done) = (at + part, done + part);
        }

        return bytes;
    }

    /// <summary>Moves behind the next byte of this value; false at the end.</summary>
    public bool SkipTo(byte value)
    {
        zeros = 0;
        while (at < length || Fill())
        {
            var found = buffer.AsSpan(at, length - at).IndexOf(value);
            Count(buffer.AsSpan(at, found < 0 ? length - at : found));
            if (found >= 0)
            {
                at += found + 1;
                return true;
            }

            at = length;
        }

        return false;
    }

    private void Count(ReadOnlySpan<byte> skipped)
    {
        if (skipped.IsEmpty)
            return;
        var kept = skipped.IndexOfAnyExcept((byte)0);
        if (kept < 0)
        {
            zeros += skipped.Length;
            return;
        }

        HasSkippedZeros |= zeros + kept >= ZeroRun;
        zeros = skipped.Length - 1 - skipped.LastIndexOfAnyExcept((byte)0);
        Span<byte> run = stackalloc byte[ZeroRun];
        run.Clear();
        HasSkippedZeros |= skipped[..(skipped.Length - zeros)].IndexOf(run) >= 0;
    }

    private bool Fill()
    {
        (start, at) = (start + length, 0);
        file.Position = start;
        length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > 0;
    }
}
