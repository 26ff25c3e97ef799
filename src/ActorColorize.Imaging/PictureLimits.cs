namespace ActorColorize.Imaging;

/// <summary>
/// Limits on pictures. Checked on the file's length and header before any pixel is decoded: a file of 100 kB can contain a billion pixels.
/// </summary>
public sealed record PictureLimits
{
    /// <summary>The default limits.</summary>
    public static PictureLimits Default { get; } = new();

    /// <summary>Most pixels (width × height).</summary>
    public long MaximumPixels { get; init; } = 200_000_000;

    /// <summary>Most bytes that the file may have.</summary>
    public long MaximumBytes { get; init; } = 2L << 30;

    /// <summary>Most frames or pages.</summary>
    public int MaximumFrames { get; init; } = 1;

    /// <summary>Whether an animation is taken as its first frame; if not, its frames are its pages.</summary>
    public bool FirstFrameOnly { get; init; }

    /// <summary>Checks a file's length.</summary>
    /// <exception cref="PictureException"><see cref="PictureProblem.TooLarge"/>, naming length and limit;
    /// <see cref="PictureProblem.Unreadable"/> for an empty file.</exception>
    internal void CheckBytes(string path, long bytes)
    {
        if (bytes == 0)
            throw new PictureException(PictureProblem.Unreadable, $"{path}: the file is empty.");
        if (bytes > MaximumBytes)
            throw new PictureException(PictureProblem.TooLarge, $"{path}: {bytes:N0} bytes are more than the limit of {MaximumBytes:N0}.");
    }

    /// <summary>Checks a picture's size.</summary>
    /// <exception cref="PictureException"><see cref="PictureProblem.TooLarge"/>, naming size and limit.</exception>
    internal void CheckPixels(string path, long width, long height)
    {
        if (width * height > MaximumPixels)
        {
            throw new PictureException(
                PictureProblem.TooLarge,
                $"{path}: {width:N0} × {height:N0} pixels ({Megapixels(width * height)}) are more than the limit of "
                    + $"{Megapixels(MaximumPixels)}."
            );
        }
    }

    /// <summary>Checks the number of frames.</summary>
    /// <exception cref="PictureException"><see cref="PictureProblem.TooManyFrames"/>, naming number and limit.</exception>
    internal void CheckFrames(string path, int frames)
    {
        if (frames > MaximumFrames)
            throw new PictureException(
                PictureProblem.TooManyFrames,
                $"{path}: {frames:N0} frames or pages are more than the limit of {MaximumFrames:N0}."
            );
    }

    private static string Megapixels(long pixels) => $"{pixels / 1e6:#,0.##} megapixels";
}
