using System.Text;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// The curve of a run in memory, read from its <c>metrics.jsonl</c> as the file grows: a refresh reads only what was appended. When a run
/// resumes, the lines after its checkpoint are removed from the file; that is noticed, and the file is read anew. For one thread at a time.
/// </summary>
/// <param name="path">The log; it need not exist yet.</param>
public sealed class RunCurve(string path)
{
    private const byte LineEnd = (byte)'\n';
    private const int LongestTail = 256;

    private readonly List<CurvePoint> _points = [];
    private readonly List<ValidationLine> _validations = [];
    private readonly List<MetricsLine> _marks = [];

    private long _read;
    private byte[] _tail = [];

    /// <summary>Changes when the file was read anew, so that what was handed out before is out of date. Unique over processes.</summary>
    public string Version { get; private set; } = NewVersion();

    /// <summary>Training, in order.</summary>
    public IReadOnlyList<CurvePoint> Points => _points;

    /// <summary>Validations, in order.</summary>
    public IReadOnlyList<ValidationLine> Validations => _validations;

    /// <summary>Events and faults, in order.</summary>
    public IReadOnlyList<MetricsLine> Marks => _marks;

    /// <summary>Reads what was appended since the last time. A missing file is an empty one.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public void Refresh()
    {
        if (!File.Exists(path))
        {
            StartOver();
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (!ContinuesIn(file))
            StartOver();
        file.Position = _read;
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (file.Read(buffer, filled, buffer.Length - filled) is > 0 and var read)
        {
            filled += read;
            var begin = 0;
            while (buffer.AsSpan(begin, filled - begin).IndexOf(LineEnd) is >= 0 and var length)
            {
                Take(buffer.AsSpan(begin, length));
                begin += length + 1;
            }

            _read += begin;
            if (begin > 0)
                _tail = buffer[Math.Max(0, begin - LongestTail)..begin];
            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            filled -= begin;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private static string NewVersion() => Guid.NewGuid().ToString("n")[..12];

    /// <summary>Whether the file still has the bytes that were read last where they were.</summary>
    private bool ContinuesIn(FileStream file)
    {
        if (file.Length < _read)
            return false;
        var same = new byte[_tail.Length];
        file.Position = _read - _tail.Length;
        return file.ReadAtLeast(same, same.Length, throwOnEndOfStream: false) == same.Length && same.AsSpan().SequenceEqual(_tail);
    }

    private void StartOver()
    {
        if (_read == 0)
            return;
        _points.Clear();
        _validations.Clear();
        _marks.Clear();
        (_read, _tail) = (0, []);
        Version = NewVersion();
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        switch (MetricsLog.TryParse(Encoding.UTF8.GetString(line)))
        {
            case TrainLine train:
                _points.Add(CurvePoint.Of(train));
                break;
            case ValidationLine validation:
                _validations.Add(validation);
                break;
            case { } mark:
                _marks.Add(mark);
                break;
        }
    }
}
