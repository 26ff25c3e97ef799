namespace ActorColorize.Imaging;

/// <summary>Why a picture cannot be used. Each concerns only that file; other pictures are not affected.</summary>
public enum PictureProblem
{
    /// <summary>The content is not a picture, or is damaged beyond its beginning, or the file cannot be opened.</summary>
    Unreadable,

    /// <summary>The file ends before the picture does.</summary>
    Truncated,

    /// <summary>A picture of an unsupported format or kind.</summary>
    Unsupported,

    /// <summary>More pixels or bytes than the limits allow. Found from the header, before anything is decoded.</summary>
    TooLarge,

    /// <summary>An animation or a file of several pages.</summary>
    TooManyFrames,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>The file was written to while it was worked on.</summary>
    Changed,
}
