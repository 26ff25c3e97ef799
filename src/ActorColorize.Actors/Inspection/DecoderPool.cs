using System.Collections.Concurrent;
using ActorColorize.Imaging.Training;

namespace ActorColorize.Actors.Inspection;

/// <summary>A pool of decoders, each used by one task at a time; as many are created as tasks run at the same time.</summary>
internal sealed class DecoderPool : IDisposable
{
    private readonly ConcurrentBag<TrainingPictureDecoder> _idle = [];
    private volatile bool _disposed;

    internal T Use<T>(Func<TrainingPictureDecoder, T> use)
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

    /// <summary>Frees the idle decoders; one that is in use is freed when its task ends.</summary>
    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var decoder))
            decoder.Dispose();
    }
}
