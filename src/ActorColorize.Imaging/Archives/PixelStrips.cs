using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// The rows of a picture from the top, some at a time, decoded by a thread of its own that is never more than two strips ahead.
/// </summary>
internal sealed class PixelStrips : IDisposable
{
    private const int Ahead = 2;

    private readonly BlockingCollection<NativePixels> strips = new(Ahead);
    private readonly CancellationTokenSource abandoned = new();
    private readonly Thread decoder;
    private ExceptionDispatchInfo? fault;

    /// <summary>Starts decoding.</summary>
    /// <param name="decode">Decodes the picture and writes its pixels, row after row, to a stream.</param>
    /// <param name="layout">Width and height of the picture, its channels and depth.</param>
    /// <param name="rows">Rows of a strip; the last one may have fewer.</param>
    public PixelStrips(Action<Stream> decode, (int Width, int Height, int Bands, bool IsWide) layout, int rows)
    {
        decoder = new Thread(() =>
        {
            try
            {
                using var cutter = new Cutter(layout, rows, Hand);
                decode(cutter);
            }
            catch (Exception failed)
            {
                fault = ExceptionDispatchInfo.Capture(failed);
            }
            finally
            {
                strips.CompleteAdding();
            }
        })
        {
            IsBackground = true,
            Name = "strips",
        };
        decoder.Start();
    }

    /// <summary>The next strip, which the caller disposes of; null after the last one.</summary>
    /// <remarks>Exceptions of the decoding are thrown here.</remarks>
    public NativePixels? Next()
    {
        if (strips.TryTake(out var strip, Timeout.Infinite))
            return strip;
        fault?.Throw();
        return null;
    }

    public void Dispose()
    {
        abandoned.Cancel();
        decoder.Join();
        foreach (var strip in strips)
            strip.Dispose();
        strips.Dispose();
        abandoned.Dispose();
    }

    private void Hand(NativePixels strip)
    {
        try
        {
            strips.Add(strip, abandoned.Token);
        }
        catch
        {
            strip.Dispose();
            throw;
        }
    }

    /// <summary>Cuts pixels into strips as they are written.</summary>
    private sealed class Cutter((int Width, int Height, int Bands, bool IsWide) layout, int rows, Action<NativePixels> hand) : Stream
    {
        private NativePixels? strip;
        private int filled;
        private int top;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                strip ??= new NativePixels(layout.Width, Math.Min(rows, layout.Height - top), layout.Bands, layout.IsWide);
                var part = (int)Math.Min(bytes.Length, (long)strip.Bytes - filled);
                bytes[..part].CopyTo(strip.AllBytes()[filled..]);
                bytes = bytes[part..];
                filled += part;
                if ((ulong)filled < strip.Bytes)
                    continue;
                var full = strip;
                (strip, filled, top) = (null, 0, top + full.Height);
                hand(full);
            }
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            strip?.Dispose();
            strip = null;
            base.Dispose(disposing);
        }
    }
}
