using System.Diagnostics;
using ActorColorize.Data.Archives;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs.Archive;

/// <summary>Files under paths that are valid on every node: a local disk, or a file system that all nodes mount at the same path.</summary>
public sealed class SharedFolderFiles : IArchiveFiles
{
    /// <summary>Space that must be free before a full disk counts as cleared: a few pictures.</summary>
    private const int ProbeBytes = 8 << 20;

    /// <inheritdoc/>
    public IEnumerable<ArchiveItem> Walk(JobSpecification job, Action<string, string> onPassedOver, Action onProgress)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (OutputInArchive(job) is { } mistake)
            throw new IOException(mistake);
        var options = ScanOptions(job.IncludeHidden) with { OnProgress = onProgress };
        return job.SinglePicture is { } picture
            ? ArchiveScan
                .Enumerate(Path.Combine(job.InputRoot, picture), options, onPassedOver)
                .Select(item => item with { RelativePath = picture })
            : ArchiveScan.Enumerate(job.InputRoot, options, onPassedOver);
    }

    /// <summary>What belongs to an archive: pictures by name or by content.</summary>
    /// <param name="includeHidden">Whether hidden files and the folders of systems belong to it.</param>
    public static ArchiveScanOptions ScanOptions(bool includeHidden) =>
        new() { IncludeHidden = includeHidden, IsPicture = PictureContent.IsPicture };

    /// <inheritdoc/>
    public string SourceFile(JobSpecification job, string relativePath)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Path.Join(job.InputRoot, relativePath);
    }

    /// <inheritdoc/>
    public string ResultFile(JobSpecification job, string relativePath)
    {
        ArgumentNullException.ThrowIfNull(job);
        return Path.Join(job.OutputRoot, relativePath);
    }

    /// <inheritdoc/>
    public long? ResultBytes(JobSpecification job, string relativePath) => Files.Length(ResultFile(job, relativePath));

    /// <inheritdoc/>
    public void ClearLeftovers(JobSpecification job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (Directory.Exists(job.OutputRoot))
            AtomicFile.DeleteLeftovers(job.OutputRoot);
    }

    /// <inheritdoc/>
    public string? Blocker(JobSpecification job, JobFailure what)
    {
        ArgumentNullException.ThrowIfNull(job);
        try
        {
            return what switch
            {
                JobFailure.Archive => MissingArchive(job),
                JobFailure.Output => UnwritableOutput(job),
                JobFailure.Model => UnusableModel(job),
                JobFailure.Device => null, // cannot be checked from here
                _ => throw new UnreachableException(),
            };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    /// <summary>An unmounted disk leaves an empty folder behind.</summary>
    private static string? MissingArchive(JobSpecification job)
    {
        if (OutputInArchive(job) is { } mistake)
            return mistake;
        if (!Files.DirectoryExists(job.InputRoot))
            return $"the archive {job.InputRoot} does not exist";
        return Files.IsEmptyDirectory(job.InputRoot) ? $"the archive {job.InputRoot} is empty: is its disk mounted?" : null;
    }

    private static string? OutputInArchive(JobSpecification job)
    {
        if (job.SinglePicture is { } picture)
            return ArchiveScan.IsSameFolder(FolderOf(job.InputRoot, picture), FolderOf(job.OutputRoot, picture))
                ? $"the output folder {job.OutputRoot} is the picture's own folder: originals are never modified"
                : null;
        return ArchiveScan.IsInside(job.InputRoot, job.OutputRoot)
            ? $"the output folder {job.OutputRoot} is the archive or inside it: originals are never modified"
            : null;
    }

    private static string FolderOf(string root, string relativePath) => Path.GetDirectoryName(Path.Join(root, relativePath))!;

    private static string? UnwritableOutput(JobSpecification job)
    {
        Directory.CreateDirectory(job.OutputRoot);
        var probe = AtomicFile.TemporaryPathFor(Path.Join(job.OutputRoot, "probe"));
        try
        {
            using var file = new FileStream(
                probe,
                FileMode.CreateNew,
                FileAccess.Write,
                FileShare.None,
                bufferSize: 0,
                FileOptions.DeleteOnClose
            );
            file.Write(new byte[ProbeBytes]);
            file.Flush(flushToDisk: true);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"cannot write into {job.OutputRoot}: {StorageFault.Reason(fault)}";
        }
    }

    private static string? UnusableModel(JobSpecification job)
    {
        var file = Directory.Exists(job.ModelPath) ? Path.Join(job.ModelPath, CheckpointManifest.ModelFile) : job.ModelPath;
        if (!File.Exists(file))
            return $"the model {file} does not exist";
        return FileHash.Sha256Hex(file) == job.ModelHash ? null : $"the model {file} is not the one that the job was submitted with";
    }
}
