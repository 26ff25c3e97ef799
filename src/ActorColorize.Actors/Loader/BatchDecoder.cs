using System.Collections.Concurrent;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Training;

namespace ActorColorize.Actors.Loader;

/// <summary>Decodes the batches of a plan, several at a time on different threads, each with its own reused decoder.</summary>
internal sealed class BatchDecoder(PictureSet pictures, IBatchPlan plan, Func<TrainingPictureDecoder> newDecoder) : IDisposable
{
    private readonly ConcurrentBag<TrainingPictureDecoder> _idle = [];
    private volatile bool _disposed;

    internal ImageBatch Decode(StreamId stream, long number, PixelBuffer buffer)
    {
        if (!_idle.TryTake(out var decoder))
            decoder = newDecoder();
        try
        {
            return Decode(decoder, stream, number, buffer);
        }
        finally
        {
            _idle.Add(decoder);
            if (_disposed)
                Dispose();
        }
    }

    /// <summary>Frees the idle decoders; one that is in use is freed when its task ends.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var decoder))
            decoder.Dispose();
    }

    private ImageBatch Decode(TrainingPictureDecoder decoder, StreamId stream, long number, PixelBuffer buffer)
    {
        var pictureBytes = plan.Side * plan.Side * 3;
        var items = new List<int>(plan.BatchSize);
        var lightness = new List<LightnessCurve>(plan.BatchSize);
        var films = new List<FilmLook?>(plan.BatchSize);
        List<UnreadablePicture>? unreadable = null;
        List<int>? monochrome = null;
        var asked = plan.PicturesIn(number);
        for (var slot = 0; slot < asked; slot++)
        {
            for (var substitution = 0; plan.RequestFor(number, slot, substitution) is { } request; substitution++)
            {
                var rgb_HWC = buffer.Bytes.AsSpan(items.Count * pictureBytes, pictureBytes);
                try
                {
                    decoder.Decode(pictures.FullPath(request.Item), plan.Side, request.Augmentation, rgb_HWC);
                }
                catch (PictureException e)
                {
                    (unreadable ??= []).Add(new UnreadablePicture(request.Item, e.Message));
                    continue;
                }

                if (plan.LeavesOutMonochrome && Monochrome.IsMonochrome(rgb_HWC))
                    (monochrome ??= []).Add(request.Item);
                else
                {
                    items.Add(request.Item);
                    lightness.Add(request.Augmentation.Lightness);
                    films.Add(request.Augmentation.Film);
                }

                break;
            }
        }

        return new ImageBatch(stream, number, plan.Side, buffer, items, unreadable ?? [], monochrome ?? [])
        {
            Lightness = lightness.TrueForAll(static curve => curve.IsIdentity) ? [] : lightness,
            Films = films.TrueForAll(static film => film is null) ? [] : films,
        };
    }
}
