using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>
/// Decodes and encodes pictures in processes of their own: one for each caller that is at work, kept for the next picture, replaced after
/// some. A codec that crashes, hangs or takes too much memory costs the picture that it was given, and that picture fails with the reason.
/// Files are opened here, read and written there through their descriptors; a result gets its name here.
/// </summary>
/// <param name="program">The program and the arguments before the command.</param>
/// <param name="limits">Limits.</param>
[SupportedOSPlatform("linux")]
public sealed class CodecProcesses(IReadOnlyList<string> program, CodecLimits limits) : IPictureProcessor
{
    private const int LongestLine = 1000;
    private const int MostNotes = 32;

    private readonly Lock _lock = new();
    private readonly Stack<IsolatedCodec> _idle = new();
    private Timer? _expiry;
    private bool _isDisposed;

    /// <summary>Whether this system can isolate codecs.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool IsSupported => OperatingSystem.IsLinux() && Environment.Is64BitProcess;

    /// <summary>What the system protects the processes with, in words; null before one has been started.</summary>
    public string? Protection { get; private set; }

    /// <summary>How many processes were started.</summary>
    public int Started { get; private set; }

    /// <summary>Ids of the processes that wait for work.</summary>
    public IReadOnlyList<int> Idle
    {
        get
        {
            lock (_lock)
                return [.. _idle.Select(static process => process.ProcessId)];
        }
    }

    /// <summary>Starts a codec process and ends it.</summary>
    /// <param name="program">The program and the arguments before the command.</param>
    /// <returns>What the system protects it with, in words.</returns>
    /// <exception cref="DeviceProcessException">It cannot be started.</exception>
    public static string Probe(IReadOnlyList<string> program)
    {
        using var process = IsolatedCodec.Start(program, new CodecLimits());
        return process.Protection;
    }

    /// <inheritdoc/>
    public PictureReading Read(string path, PictureReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var file = ArchivePicture.Open(path);
        var request = new CodecRequest { Name = path, Read = options };
        var (reply, pixels) = Work(request, [], limits.TimeFor(LengthOf(file), 0), file.SafeFileHandle);
        return Checked(options, reply, pixels) ?? throw Nonsense(path);
    }

    /// <inheritdoc/>
    public byte[] Preview(string path, int side)
    {
        using var file = ArchivePicture.Open(path);
        var request = new CodecRequest { Name = path, PreviewSide = side };
        return Work(request, [], limits.TimeFor(LengthOf(file), 0), file.SafeFileHandle).Bytes;
    }

    /// <inheritdoc/>
    public RecomposedPicture Recompose(
        PictureToRecompose picture,
        RecomposeOptions options,
        string destination,
        Action? beforePublishing = null
    )
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (source, pages) = picture;
        using var file = ArchivePicture.Open(source);
        var request = new CodecRequest
        {
            Name = source,
            Recompose = options,
            Pages = [.. pages.Select(Described)],
        };
        var bytes = new List<byte>();
        foreach (var page in pages)
        {
            bytes.AddRange(page.Thumbnail.Rgb_HWC);
            bytes.AddRange(MemoryMarshal.AsBytes(page.Ab.Ab_2HW.AsSpan()));
        }

        return Recomposer.Publish(
            picture,
            destination,
            target =>
            {
                var within = limits.TimeFor(LengthOf(file), pages.Sum(static page => page.Header.Pixels));
                var (reply, _) = Work(request, [.. bytes], within, file.SafeFileHandle, target.SafeFileHandle);
                return double.IsFinite(reply.MeanChroma) ? reply.MeanChroma : throw Nonsense(source);
            },
            beforePublishing
        );
    }

    private static CodecPage Described(RecomposePage page) =>
        new(page.Header, page.Thumbnail.Width, page.Thumbnail.Height, page.Ab.Width, page.Ab.Height, page.KeepsColors);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _expiry?.Dispose();
            while (_idle.TryPop(out var process))
                process.Dispose();
        }
    }

    private (CodecReply Reply, byte[] Bytes) Work(
        CodecRequest request,
        byte[] bytes,
        TimeSpan within,
        params ReadOnlySpan<SafeFileHandle> files
    )
    {
        while (true)
        {
            var process = Rent();
            var isFresh = process.Pictures == 0;
            try
            {
                var answer = process.Exchange(request, bytes, within, files);
                if (answer.Reply.IsExhausted)
                {
                    process.Dispose();
                    if (!isFresh)
                    {
                        Empty(files);
                        continue;
                    }
                }
                else
                {
                    Return(process);
                }

                return ThrowFault(request.Name, answer.Reply) ? answer : throw Nonsense(request.Name);
            }
            catch (CodecDiedException death)
            {
                process.Dispose();
                // An earlier picture may have done it: once more, in a process that has seen no other
                if (isFresh || death.IsTimeout)
                    throw new PictureException(PictureProblem.Unreadable, $"{request.Name}: {death.Message}.", death);
                Empty(files);
            }
        }
    }

    // What was written of a result before another try
    private static void Empty(ReadOnlySpan<SafeFileHandle> files)
    {
        if (files.Length > 1)
            RandomAccess.SetLength(files[1], 0);
    }

    private static bool ThrowFault(string path, CodecReply reply)
    {
        var message = reply.Message is { } text ? Line(text) : null;
        if (reply.Problem is { } problem)
            throw new PictureException(Enum.IsDefined(problem) ? problem : PictureProblem.Unreadable, message ?? $"{path}: unreadable.");
        if (reply.WriteFault is { } code)
            throw new IOException(message, code);
        return message is null ? true : throw new InvalidOperationException(message);
    }

    private IsolatedCodec Rent()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_idle.TryPop(out var idle))
                return idle;
            Started++;
        }

        try
        {
            var started = IsolatedCodec.Start(program, limits);
            Protection = started.Protection;
            return started;
        }
        catch (DeviceProcessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private void Return(IsolatedCodec process)
    {
        lock (_lock)
        {
            if (!_isDisposed && process.Pictures < limits.PicturesPerProcess)
            {
                _idle.Push(process);
                _expiry ??= new Timer(_ => EndIdle(), null, limits.Idle, limits.Idle);
                return;
            }
        }

        process.Dispose();
    }

    private void EndIdle()
    {
        lock (_lock)
        {
            var kept = _idle.Where(process => Stopwatch.GetElapsedTime(process.IdleSince) < limits.Idle).Reverse().ToList();
            foreach (var process in _idle.Except(kept))
                process.Dispose();
            _idle.Clear();
            foreach (var process in kept)
                _idle.Push(process);
        }
    }

    /// <summary>A codec process may have been taken over by a picture: what it says is checked. Null if it makes no sense.</summary>
    private static PictureReading? Checked(PictureReadOptions options, CodecReply reply, byte[] pixels)
    {
        if (
            reply.Header is not { Width: > 0, Height: > 0, Bands: >= 1 and <= 5, BitsPerSample: 8 or 16, Orientation: >= 1 and <= 8 } header
        )
            return null;
        if (
            header.Pixels > options.Limits.MaximumPixels
            || !Enum.IsDefined(header.Format)
            || !Enum.IsDefined(header.Codec)
            || header.Page != options.Page
            || header.Pages < 1
            || header.Pages > options.Limits.MaximumFrames
            || header.Notes.Count > MostNotes
            || (header.IsSalvaged && !options.Salvage)
        )
            return null;
        header = header with { Notes = [.. header.Notes.Select(Line)] };
        if (header is { IsBilevel: true, Pages: 1 })
            return pixels.Length == 0 ? new PictureReading(header, null) : null;
        var size = ThumbnailSize.For(header.Width, header.Height, options.NetworkSide);
        return pixels.Length == size.Width * size.Height * 3
            ? new PictureReading(header, new Thumbnail(size.Width, size.Height, pixels))
            : null;
    }

    private static PictureException Nonsense(string path) =>
        new(PictureProblem.Unreadable, $"{path}: the process that decoded it gave an answer that cannot be.");

    private static string Line(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestLine ? line : line[..LongestLine];
    }

    private static long LengthOf(FileStream file) => file.CanSeek ? file.Length : 0;
}
