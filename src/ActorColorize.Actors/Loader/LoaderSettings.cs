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

    /// <summary>How long reading an archive picture's bytes may make no progress before its drive counts as stalled.</summary>
    public TimeSpan ReadDeadline { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the archive may give no answer after that.</summary>
    public TimeSpan CheckDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Makes one decoder; each decoding task has its own.</summary>
    public Func<TrainingPictureDecoder> NewDecoder { get; init; } = static () => new TrainingPictureDecoder();
}
