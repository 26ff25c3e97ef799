namespace ActorColorize.Data.Archives;

/// <summary>A picture found in an archive.</summary>
/// <param name="Number">Its index in the scan, from 0.</param>
/// <param name="RelativePath">Its path below the input folder, with "/" between folders on every system; the file's name, if the input is a
/// single file.</param>
/// <param name="Length">Bytes of its file.</param>
public sealed record ArchiveItem(long Number, string RelativePath, long Length);
