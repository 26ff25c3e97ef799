using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Actors.Metrics;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Tones;
using ActorColorize.Protocol;
using Akka.Event;

namespace ActorColorize.Actors.Loader;

/// <summary>The result of reading an archive picture: ready for the network, settled, or blocked.</summary>
/// <param name="Stream">The stream that asked for it.</param>
/// <param name="Item">The picture.</param>
/// <param name="Picture">The data for the network and the output; null if there is nothing to do.</param>
/// <param name="Settled">Its terminal state; null if there is work to do.</param>
/// <param name="Blocker">Why no picture of the archive can be read on this host; null if pictures can be read.</param>
public sealed record ItemRead(StreamId Stream, WorkItem Item, ReadPicture? Picture, ItemOutcome? Settled, string? Blocker);

/// <summary>A picture ready for the network.</summary>
/// <param name="Header">Size and kind of the original.</param>
/// <param name="Thumbnail">The input of the network.</param>
/// <param name="SourceSha256">Hash of the original.</param>
/// <param name="Remarks">What was noticed about it; null if nothing was.</param>
public sealed record ReadPicture(PictureHeader Header, Thumbnail Thumbnail, string SourceSha256, PictureRemarks? Remarks = null)
{
    /// <summary>All pages; the first one is <see cref="Header"/> and <see cref="Thumbnail"/>.</summary>
    public IReadOnlyList<ReadPage> Pages { get; init; } = [new ReadPage(Header, Thumbnail)];

    /// <summary>The file's version before it was read.</summary>
    public FileVersion? Version { get; init; }
}

/// <summary>A page ready for the network.</summary>
/// <param name="Header">Size and kind.</param>
/// <param name="Thumbnail">The input of the network.</param>
/// <param name="KeepsColors">Whether it stays as it is, beside other pages that are coloured.</param>
public sealed record ReadPage(PictureHeader Header, Thumbnail Thumbnail, bool KeepsColors = false);

/// <summary>Reads archive pictures: hash, header, thumbnail; settles pictures that need no work.</summary>
internal sealed class ItemReader(LoaderSettings settings, ILoggingAdapter log)
{
    /// <summary>Pages of a picture; their thumbnails, of some 200 kB each, are in memory at once.</summary>
    private const int MostPages = 500;

    private readonly IoWatch _watch = new(settings.ReadDeadline);
    private readonly IoWatch _checks = new(settings.CheckDeadline);

    /// <summary>
    /// Reads a picture on the thread pool. A picture whose drive does not answer is a blocker if the archive as a whole does not, or if too
    /// many other files wait. Otherwise it has failed for now.
    /// </summary>
    internal async Task<ItemRead> ReadAsync(StreamId stream, WorkItem item, JobSpecification job, IArchiveFiles files)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.Join(job.InputRoot, item.RelativePath))!; // drives may be mounted below the root
            return await _watch.Run(folder, progress => Read(stream, item, job, files, progress)).ConfigureAwait(false);
        }
        catch (StalledIoException stalled)
        {
            log.Warning("{0}: {1}", item.RelativePath, stalled.Message);
            if (stalled.IsOfAllFolders)
                return new ItemRead(stream, item, null, null, stalled.Message);
            return await BlockerAsync(job, files).ConfigureAwait(false) is { } blocker
                ? new ItemRead(stream, item, null, null, blocker)
                : new ItemRead(
                    stream,
                    item,
                    null,
                    new ItemOutcome.Failed(FailureClass.Unreadable, stalled.Message, IsTransient: true),
                    null
                );
        }
    }

    private async Task<string?> BlockerAsync(JobSpecification job, IArchiveFiles files)
    {
        try
        {
            return await _checks.Run(job.InputRoot, _ => files.Blocker(job, JobFailure.Archive)).ConfigureAwait(false);
        }
        catch (StalledIoException stalled)
        {
            return $"the archive {job.InputRoot}: {stalled.Message}";
        }
    }

    private ItemRead Read(StreamId stream, WorkItem item, JobSpecification job, IArchiveFiles files, IoProgress progress)
    {
        var (limits, pictures) = (settings.Limits, settings.Pictures);
        using var stage = PictureInstruments.Measure("read", job.TraceParent, item.RelativePath);
        ItemRead Settled(ItemOutcome outcome) => new(stream, item, null, outcome, null);
        ItemRead Missing(string reason) =>
            files.Blocker(job, JobFailure.Archive) is { } blocker
                ? new ItemRead(stream, item, null, null, blocker)
                : Settled(new ItemOutcome.Failed(FailureClass.Unreadable, reason));
        try
        {
            var source = files.SourceFile(job, item.RelativePath);
            var version = FileVersion.Of(source);
            var sha256 = FileHash.Sha256Hex(source, progress.Report);
            progress.End(); // the system has the file in memory now, as a rule; decoders take their time
            if (IsDone(item, job, files, sha256))
                return Settled(new ItemOutcome.Skipped(SkipReason.AlreadyDone));
            var (header, thumbnail, skipped, tone) = ReadPage(source, job, limits, pictures, 0);
            var pages = new List<ReadPage> { new(header, thumbnail!, skipped is not null) };
            var notes = header.Notes.ToList();
            for (var page = 1; page < header.Pages; page++)
            {
                var (next, small, reason, _) = ReadPage(source, job, limits, pictures, page);
                pages.Add(new ReadPage(next, small!, reason is not null));
                notes.AddRange(next.Notes.Select(note => $"page {page + 1}: {note}"));
                header = header with { IsSalvaged = header.IsSalvaged || next.IsSalvaged };
            }

            header = header with { Notes = notes };
            if (skipped is { } why && pages.All(static page => page.KeepsColors))
                return Settled(new ItemOutcome.Skipped(why, Remarks(header, tone)));
            return new ItemRead(
                stream,
                item,
                new ReadPicture(header, thumbnail!, sha256, Remarks(header, tone))
                {
                    Pages = [pages[0] with { Header = header }, .. pages.Skip(1)],
                    Version = version,
                },
                null,
                null
            );
        }
        catch (PictureException e) when (e.Problem == PictureProblem.Missing)
        {
            return Missing(e.Message);
        }
        catch (PictureException e)
        {
            return Settled(new ItemOutcome.Failed(ClassOf(e.Problem), e.Message));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Missing(e.Message);
        }
        catch (UnauthorizedAccessException e)
        {
            return Settled(new ItemOutcome.Failed(FailureClass.Unreadable, e.Message));
        }
        catch (IOException e)
        {
            return Settled(new ItemOutcome.Failed(FailureClass.Unreadable, e.Message, IsTransient: true));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // What a decoder throws about one picture must not stop the reading of the others
            log.Error(e, "reading {0} failed unexpectedly", item.RelativePath);
            return Settled(
                new ItemOutcome.Failed(FailureClass.Unreadable, $"{item.RelativePath}: cannot be read: {e.Message.ReplaceLineEndings(" ")}")
            );
        }
    }

    /// <summary>A page, and why it would be skipped if alone; it has a thumbnail unless it is a single one of black and white.</summary>
    private static (PictureHeader Header, Thumbnail? Thumbnail, SkipReason? Skipped, PictureTone? Tone) ReadPage(
        string source,
        JobSpecification job,
        PictureLimits limits,
        IPictureProcessor pictures,
        int page
    )
    {
        var options = new PictureReadOptions(Limits(limits, job), job.NetworkSide, job.Salvage) { Codec = Codec(job.Codec), Page = page };
        var (header, thumbnail) = pictures.Read(source, options);
        if (thumbnail is null)
            return (header, null, SkipReason.BlackAndWhite, null);
        var tone = thumbnail.Tone();
        return (header, thumbnail, header.IsBilevel ? SkipReason.BlackAndWhite : SkippedAs(tone, job), tone);
    }

    /// <summary>The limits with the job's own on pixels; a file of so many may be as long as its pixels.</summary>
    private static PictureLimits Limits(PictureLimits limits, JobSpecification job)
    {
        const int megapixel = 1_000_000,
            longestPixel = 8;
        var pixels = (long)job.MaxMegapixels * megapixel;
        return limits with
        {
            MaximumPixels = pixels,
            MaximumBytes = Math.Max(limits.MaximumBytes, pixels * longestPixel),
            MaximumFrames = MostPages,
            FirstFrameOnly = !job.AllFrames,
        };
    }

    private static PictureCodec Codec(CodecChoice choice) =>
        choice switch
        {
            CodecChoice.Vips => PictureCodec.Vips,
            CodecChoice.Imagesharp => PictureCodec.ImageSharp,
            _ => PictureCodec.Auto,
        };

    /// <summary>Why a picture of this tone is skipped; null if it is coloured.</summary>
    private static SkipReason? SkippedAs(PictureTone tone, JobSpecification job) =>
        tone.Kind switch
        {
            _ when job.Recolor => null,
            ToneKind.Color => SkipReason.AlreadyColour,
            ToneKind.Doubtful when job.Doubtful != PicturePolicy.Colorize => SkipReason.Doubtful,
            ToneKind.Monochrome when tone.IsToned && job.Toned != PicturePolicy.Colorize => SkipReason.Toned,
            _ => null,
        };

    private static PictureRemarks Remarks(PictureHeader header, PictureTone? tone = null) =>
        new(
            header.Notes.Count == 0 ? null : string.Join("; ", header.Notes),
            header.IsSalvaged,
            tone is { } found
                ? new ToneReport(
                    found.Kind switch
                    {
                        ToneKind.Monochrome => ToneAnswer.Monochrome,
                        ToneKind.Color => ToneAnswer.Color,
                        _ => ToneAnswer.Doubtful,
                    },
                    found.IsToned,
                    found.Chroma,
                    found.Unexplained,
                    found.HueSpread
                )
                : null
        );

    private static bool IsDone(WorkItem item, JobSpecification job, IArchiveFiles files, string sourceSha256) =>
        item.Recorded is { } recorded
        && recorded.SourceSha256 == sourceSha256
        && files.ResultBytes(job, item.RelativePath) == recorded.OutputBytes;

    private static FailureClass ClassOf(PictureProblem problem) =>
        problem switch
        {
            PictureProblem.TooLarge or PictureProblem.TooManyFrames => FailureClass.TooLarge,
            PictureProblem.Unsupported => FailureClass.Unsupported,
            _ => FailureClass.Unreadable,
        };
}
