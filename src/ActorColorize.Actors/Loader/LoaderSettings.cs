using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Training;

namespace ActorColorize.Actors.Loader;

/// <summary>Settings of the loader.</summary>
public sealed record LoaderSettings
{
    /// <summary>Batches, or archive pictures, decoded at the same time.</summary>
    public int Parallelism { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 16);

    /// <summary>Limits checked before an archive picture is decoded.</summary>
    public PictureLimits Limits { get; init; } = new();

    /// <summary>Reads archive pictures.</summary>
    public IPictureProcessor Pictures { get; init; } = new PictureProcessor();

    /// <summary>Makes one decoder; each decoding task has its own.</summary>
    public Func<TrainingPictureDecoder> NewDecoder { get; init; } = static () => new TrainingPictureDecoder();
}
