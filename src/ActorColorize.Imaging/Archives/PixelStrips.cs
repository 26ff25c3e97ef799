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
                using var cutter = new StripCutter(layout, rows, Hand);
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
}
