namespace ActorColorize.Imaging.Integrity;

/// <summary>Finds damage in a GIF: blocks and codes that are cut off or wrong. Nothing else in the format can be checked.</summary>
internal static class GifIntegrity
{
    /// <summary>Reads a GIF strictly.</summary>
    /// <param name="path">The file's name, for messages.</param>
    /// <param name="file">The GIF.</param>
    public static IntegrityReport Check(string path, Stream file) =>
        GifStructure.Read(file) switch
        {
            null or { IsTruncated: true } => IntegrityReport.Truncated(path),
            { Damage: { } damage } => IntegrityReport.Damaged(path, damage),
            { Frames: 0 } => IntegrityReport.Damaged(path, "there is no picture in it"),
            { HasEnd: false } => IntegrityReport.WithNotes("its end mark is missing; all frames are there"),
            _ => IntegrityReport.Sound,
        };
}
