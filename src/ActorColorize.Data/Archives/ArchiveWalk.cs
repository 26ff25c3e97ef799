using System.Text;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Archives;

/// <summary>One walk through an archive's folder.</summary>
internal sealed class ArchiveWalk(string root, FileFacts rootFacts, ArchiveScanOptions options, Action<string, string>? onSkipped)
{
    private readonly string realRoot = RealPath.Of(root);
    private readonly VisitedFolders visited = new(root);

    public IEnumerable<ArchiveItem> Items()
    {
        long number = 0;
        var open = new Stack<FolderVisit>();
        for (var visit = Visit(""); visit is not null; visit = NextVisit(open))
        {
            for (var index = 0; index < visit.Files.Count; index++)
            {
                options.OnProgress?.Invoke();
                var name = visit.Files.Text(index);
                var path = visit.Prefix + name;
                if (TryTake(visit, path, name, out var length))
                    yield return new ArchiveItem(number++, path, length);
            }

            visit.ReleaseFiles();
            open.Push(visit);
        }

        CheckRoot();
    }

    private FolderVisit? NextVisit(Stack<FolderVisit> open)
    {
        while (open.TryPeek(out var folder))
        {
            while (folder.TryNextFolder(out var name))
            {
                var path = folder.Prefix + name;
                if (MayEnter(path, name) && Visit(path + "/") is { } visit)
                    return visit;
            }

            open.Pop();
        }

        return null;
    }

    private bool TryTake(FolderVisit visit, string path, string name, out long length)
    {
        length = 0;
        if (!options.IncludeHidden && HiddenName.IsHiddenFile(name))
            return Skip(path, ArchiveScanOptions.Hidden);
        var full = Path.Join(root, path);
        if (!PictureExtension.Matches(name) && options.IsPicture is null)
            return SkipOther(visit, path, name);
        var facts = FileFacts.Of(full, followLinks: false);
        if (!PictureExtension.Matches(name) && (facts.Kind != FileKind.File || !options.IsPicture!(full)))
            return SkipOther(visit, path, name);
        if (facts.Kind == FileKind.Link)
        {
            if (!options.FollowLinks)
                return Skip(path, "a symbolic link, and links are not followed");
            facts = FileFacts.Of(full, followLinks: true);
            if (facts.Kind is FileKind.Missing or FileKind.Unreachable)
                return Skip(path, $"a broken symbolic link: {facts.Reason}");
            if (LeavesInput(full))
                return Skip(path, "a symbolic link that leads outside the input folder");
        }

        if (facts.Kind != FileKind.File)
            return SkipUnusable(path, facts);
        length = facts.Length;
        return true;
    }

    private bool MayEnter(string path, string name)
    {
        var full = Path.Join(root, path);
        var facts = FileFacts.Of(full, followLinks: false);
        if (!options.IncludeHidden && HiddenName.IsHiddenFolder(name))
            return Skip(path + "/", ArchiveScanOptions.Hidden);
        if (facts.Kind == FileKind.Folder)
            return true;
        if (facts.Kind != FileKind.Link)
            return SkipUnusable(path + "/", facts);
        if (!options.FollowLinks)
            return Skip(path + "/", "a symbolic link, and links are not followed");
        if (LeavesInput(full))
            return Skip(path + "/", "a symbolic link that leads outside the input folder");
        return visited.TryEnter(RealPath.Of(full)) || Skip(path + "/", "a symbolic link to a folder that is already part of the archive");
    }

    /// <summary>Reports a file that is no picture; not the sidecar of a picture, which is copied with the result.</summary>
    private bool SkipOther(FolderVisit visit, string path, string name)
    {
        if (PictureExtension.IsResourceFork(name))
            return Skip(path, "a macOS resource fork, not a picture");
        if (name.EndsWith(".xmp", StringComparison.OrdinalIgnoreCase))
            return !visit.HasPictureOfSidecar(name) && Skip(path, "an XMP sidecar without a picture of its name");
        return Skip(path, options.IsPicture is null ? "not a picture by its extension" : "not a picture by its extension or its content");
    }

    private bool LeavesInput(string full) => !options.LinksMayLeaveInput && !RealPath.IsWithin(realRoot, RealPath.Of(full));

    /// <summary>An entry that is missing was removed during the scan, perhaps together with the whole input.</summary>
    private bool SkipUnusable(string path, FileFacts facts)
    {
        if (facts.Kind == FileKind.Missing)
            CheckRoot();
        return Skip(path, facts.Kind == FileKind.Missing ? "removed during the scan" : facts.Reason);
    }

    private bool Skip(string path, string reason)
    {
        onSkipped?.Invoke(path, reason);
        return false;
    }

    /// <param name="prefix">The folder's relative path with a closing "/"; empty for the input itself.</param>
    private FolderVisit? Visit(string prefix)
    {
        try
        {
            return new FolderVisit(prefix, FolderListing.Read(Path.Join(root, prefix), options.OnProgress));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            if (prefix.Length == 0)
                throw StorageFault.With("read the input folder", root, fault);
            CheckRoot();
            Skip(prefix, $"this folder cannot be read: {StorageFault.Reason(fault)}");
            return null;
        }
    }

    /// <summary>
    /// An input that disappears must not look like the end of the archive: unmounting a disk leaves an empty folder in its place.
    /// </summary>
    private void CheckRoot()
    {
        var now = FileFacts.Of(root, followLinks: true);
        if (now.Kind != FileKind.Folder || (rootFacts.Node != 0 && !rootFacts.IsSameAs(now)))
            throw new DirectoryNotFoundException(
                $"The input folder {root} was removed or replaced during the scan. Is its disk still mounted?"
            );
    }

    /// <summary>
    /// A folder on the path from the input to the current position of the walk, with the entries that are still to be visited.
    /// </summary>
    private sealed class FolderVisit(string prefix, FolderListing listing)
    {
        private readonly PackedNames folders = listing.Folders;
        private int next;

        public string Prefix { get; } = prefix;

        public PackedNames Files { get; private set; } = listing.Files;

        /// <summary>Releases the names already visited, so that memory holds the files of one folder at a time.</summary>
        public void ReleaseFiles() => Files = new PackedNames();

        /// <summary>Whether the folder has the picture of a sidecar: name.jpg of name.jpg.xmp, or a picture name.* of name.xmp.</summary>
        public bool HasPictureOfSidecar(string sidecar)
        {
            var name = Path.GetFileNameWithoutExtension(sidecar);
            return NamesFrom(name).FirstOrDefault() == name && PictureExtension.Matches(name)
                || NamesFrom(name + ".")
                    .TakeWhile(other => other.StartsWith(name + ".", StringComparison.Ordinal))
                    .Any(other => PictureExtension.Matches(other) && Path.GetFileNameWithoutExtension(other) == name);
        }

        private IEnumerable<string> NamesFrom(string prefix)
        {
            for (var index = Files.LowerBound(Encoding.UTF8.GetBytes(prefix)); index < Files.Count; index++)
                yield return Files.Text(index);
        }

        public bool TryNextFolder(out string name)
        {
            name = "";
            if (next == folders.Count)
                return false;
            name = folders.Text(next++);
            return true;
        }
    }
}
