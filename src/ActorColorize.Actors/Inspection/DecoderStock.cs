using System.Collections.Concurrent;
using ActorColorize.Imaging.Training;

namespace ActorColorize.Actors.Inspection;

/// <summary>Decoders that are leased to one task at a time; as many are made as tasks run at once.</summary>
internal sealed class DecoderStock : IDisposable
{
    private readonly ConcurrentBag<TrainingPictureDecoder> _idle = [];
    private volatile bool _disposed;

    internal T Grant<T>(Func<TrainingPictureDecoder, T> use)
    {
        if (!_idle.TryTake(out var decoder))
            decoder = new TrainingPictureDecoder();
        try
        {
            return use(decoder);
        }
        finally
        {
            _idle.Add(decoder);
            if (_disposed)
                Dispose();
        }
    }

    /// <summary>Frees the idle decoders; one still at work is freed when it is done.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var decoder))
            decoder.Dispose();
    }
}
