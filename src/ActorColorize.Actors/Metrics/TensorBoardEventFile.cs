using System.Buffers;
using System.Buffers.Binary;
using ActorColorize.Actors.Metrics.TensorBoard;
using Google.Protobuf;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// A TensorBoard event file with scalars and pictures. Each start of a run writes a new file into the same folder and states at its
/// beginning from which step on the earlier files are out of date, so TensorBoard shows several restarts as one history. A full disk leaves
/// no broken record: events are buffered in memory, up to 64 MiB. Not thread-safe.
/// </summary>
public sealed class TensorBoardEventFile : IDisposable
{
    private const string FileVersion = "brain.Event:2";
    private const int Rgb = 3;
    private const int PngHeaderBytes = 26;
    private const int MostWaitingBytes = 64 * 1024 * 1024;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1a, (byte)'\n'];

    private static readonly TimeSpan DefaultFlushInterval = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock;
    private readonly TimeSpan flushInterval;
    private readonly FileStream file;
    private readonly ArrayBufferWriter<byte> waiting = new(64 * 1024);
    private long written;
    private long lastFlush;
    private bool disposed;

    /// <summary>Creates an event file, named <c>events.out.tfevents.&lt;unix seconds&gt;.&lt;host&gt;</c>.</summary>
    /// <param name="folder">Its folder; created if missing.</param>
    /// <param name="resumedStep">Completed steps of the checkpoint from which the run resumes, 0 for a new run: later steps in earlier
    /// files are out of date.</param>
    /// <param name="clock">Tells the time; null: the system's.</param>
    /// <param name="flushInterval">Longest time that events stay in memory while others follow, 10 s by default; pictures and
    /// <see cref="Flush"/> do not wait.</param>
    /// <param name="host">Host name in the file's name; null for this machine's.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public TensorBoardEventFile(
        string folder,
        long resumedStep,
        TimeProvider? clock = null,
        TimeSpan? flushInterval = null,
        string? host = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(resumedStep);
        this.clock = clock ?? TimeProvider.System;
        this.flushInterval = flushInterval ?? DefaultFlushInterval;
        Directory.CreateDirectory(folder);
        file = CreateNew(Path.GetFullPath(folder), this.clock.GetUtcNow().ToUnixTimeSeconds(), host ?? Environment.MachineName);
        lastFlush = this.clock.GetTimestamp();

        // TensorBoard drops all events from the step of a START on (event_accumulator.py, _CheckForRestartAndMaybePurge); some versions
        // ignore the first START that they read, so every file has one.
        Write(new Event { Step = resumedStep, FileVersion = FileVersion });
        Write(
            new Event
            {
                Step = resumedStep + 1,
                SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
            }
        );
        Flush();
    }

    /// <summary>The file, absolute.</summary>
    public string FilePath => file.Name;

    /// <summary>Adds a number. TensorBoard keeps single precision.</summary>
    /// <param name="tag">Name of the curve; a slash groups them: <c>loss/train</c>.</param>
    /// <param name="step">Completed steps.</param>
    /// <param name="value">The number; NaN and infinities are allowed.</param>
    /// <exception cref="IOException">No room, or the disk fails.</exception>
    public void AddScalar(string tag, long step, double value)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        Write(step, new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        if (clock.GetElapsedTime(lastFlush) >= flushInterval)
            Flush();
    }

    /// <summary>Adds an RGB picture and flushes.</summary>
    /// <param name="tag">Name of the row of pictures.</param>
    /// <param name="step">Completed steps.</param>
    /// <param name="png">A whole PNG file.</param>
    /// <exception cref="ArgumentException">The data is not a PNG file.</exception>
    /// <exception cref="IOException">No room, or the disk fails.</exception>
    public void AddImage(string tag, long step, ReadOnlySpan<byte> png)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        if (png.Length < PngHeaderBytes || !png.StartsWith(PngSignature) || !png[12..16].SequenceEqual("IHDR"u8))
            throw new ArgumentException("The picture must be a PNG file.", nameof(png));

        // The first chunk of a PNG is IHDR: width and height at bytes 16 and 20, big-endian (PNG specification, 11.2.1).
        var width = BinaryPrimitives.ReadInt32BigEndian(png[16..]);
        var height = BinaryPrimitives.ReadInt32BigEndian(png[20..]);
        var image = new Summary.Types.Image
        {
            Height = height,
            Width = width,
            Colorspace = Rgb,
            EncodedImageString = ByteString.CopyFrom(png),
        };
        Write(step, new Summary.Types.Value { Tag = tag, Image = image });
        Flush();
    }

    /// <summary>Writes all events to the file, where TensorBoard can read them.</summary>
    /// <exception cref="IOException">No room, or the disk fails. The events are kept for the next attempt, which begins at the same place
    /// in the file.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        lastFlush = clock.GetTimestamp();
        if (waiting.WrittenCount == 0)
            return;
        RandomAccess.Write(file.SafeFileHandle, waiting.WrittenSpan, written);
        written += waiting.WrittenCount;
        waiting.ResetWrittenCount();
    }

    /// <summary>Flushes and closes.</summary>
    /// <exception cref="IOException">The last events could not be written; the file is closed all the same.</exception>
    public void Dispose()
    {
        if (disposed)
            return;
        try
        {
            Flush();
        }
        finally
        {
            disposed = true;
            file.Dispose();
        }
    }

    private static FileStream CreateNew(string folder, long unixSeconds, string host)
    {
        // A restart within the same second gets a name that sorts behind: TensorBoard reads files in the order of their names.
        for (var attempt = 0; ; attempt++)
        {
            var path = Path.Join(folder, $"events.out.tfevents.{unixSeconds:D10}.{host}{(attempt == 0 ? "" : $".{attempt}")}");
            if (!File.Exists(path))
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
    }

    private void Write(long step, Summary.Types.Value value) =>
        Write(
            new Event
            {
                Step = step,
                Summary = new Summary { Value = { value } },
            }
        );

    private void Write(Event message)
    {
        ObjectDisposedException.ThrowIf(disposed, this);

        // Only reached if the disk stays full: whole records are dropped, so that later ones can still be read.
        if (waiting.WrittenCount > MostWaitingBytes)
            waiting.ResetWrittenCount();
        message.WallTime = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        RecordFraming.Write(waiting, message.ToByteArray());
    }
}
