using ActorColorize.Data.Storage;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Loader;

/// <summary>An archive picture as far as the network needs it, or settled without it.</summary>
/// <param name="Stream">The stream that asked for it.</param>
/// <param name="Item">The picture.</param>
/// <param name="Picture">What the network and the output need; null when it is settled.</param>
/// <param name="Settled">Its terminal state; null when there is work to do.</param>
public sealed record ItemRead(StreamId Stream, WorkItem Item, ReadPicture? Picture, ItemOutcome? Settled);

/// <summary>A picture ready for the network.</summary>
/// <param name="Header">Size and kind of the original.</param>
/// <param name="Thumbnail">What the network sees.</param>
/// <param name="SourceSha256">Hash of the original.</param>
public sealed record ReadPicture(PictureHeader Header, Thumbnail Thumbnail, string SourceSha256);

/// <summary>Reads one archive picture: hash, header, thumbnail; sees what needs no work.</summary>
internal static class ItemReader
{
    internal static ItemRead Read(StreamId stream, WorkItem item, JobSpecification job, PictureLimits limits)
    {
        var source = Path.Combine(job.InputRoot, item.RelativePath);
        ItemRead Settled(ItemOutcome outcome) => new(stream, item, null, outcome);
        try
        {
            var sha256 = FileHash.Sha256Hex(source);
            if (IsDone(item, job, sha256)) return Settled(new ItemOutcome.Skipped(SkipReason.AlreadyDone));
            var header = ArchivePicture.Inspect(source, limits);
            var thumbnail = ArchivePicture.MakeThumbnail(source, header, ThumbnailSize.For(header.Width, header.Height, job.NetworkSide));
            return thumbnail.IsMonochrome || job.Recolor
                ? new ItemRead(stream, item, new ReadPicture(header, thumbnail, sha256), null)
                : Settled(new ItemOutcome.Skipped(SkipReason.AlreadyColour));
        }
        catch (PictureException e)
        {
            return Settled(new ItemOutcome.Failed(ClassOf(e.Problem), e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Settled(new ItemOutcome.Failed(FailureClass.Unreadable, e.Message));
        }
    }

    private static bool IsDone(WorkItem item, JobSpecification job, string sourceSha256)
    {
        if (item.Recorded is not { } recorded || recorded.SourceSha256 != sourceSha256 || recorded.ResultKey != job.ResultKey) return false;
        var output = new FileInfo(Path.Combine(job.OutputRoot, item.RelativePath));
        return output.Exists && output.Length == recorded.OutputBytes;
    }

    private static FailureClass ClassOf(PictureProblem problem) => problem switch
    {
        PictureProblem.TooLarge or PictureProblem.TooManyFrames => FailureClass.TooLarge,
        PictureProblem.Unsupported => FailureClass.Unsupported,
        _ => FailureClass.Unreadable,
    };
}
