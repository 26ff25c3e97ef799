using ActorColorize.Imaging.Archives;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>Limits on the processes that decode and encode pictures.</summary>
public sealed record CodecLimits
{
    /// <summary>Pictures after which a process is replaced: what a codec loses or keeps does not add up.</summary>
    public int PicturesPerProcess { get; init; } = 1000;

    /// <summary>Time for a small picture; a process that takes longer is ended.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Additional time for each megapixel or megabyte, whichever are more.</summary>
    public TimeSpan TimePerMega { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Memory of a process beside what the picture takes, bytes.</summary>
    public long BaseBytes { get; init; } = 512L << 20;

    /// <summary>
    /// How many times the estimate of what a picture takes a process may use for it: decoders need more than that for some files.
    /// </summary>
    public double PictureFactor { get; init; } = 2;

    /// <summary>A process that has nothing to do for so long is ended.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for a process to start.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time for a picture.</summary>
    /// <param name="fileBytes">Length of its file.</param>
    /// <param name="pixels">Its pixels; 0 if they are not known yet.</param>
    internal TimeSpan TimeFor(long fileBytes, long pixels) => Time + (TimePerMega * (Math.Max(fileBytes, pixels) / 1e6));

    /// <summary>Memory for a picture.</summary>
    /// <param name="header">The picture; null before its header is read.</param>
    internal long BytesFor(PictureHeader? header) =>
        BaseBytes + (header is null ? 0 : (long)(PictureFactor * Recomposer.EstimateBytes(header)));
}
