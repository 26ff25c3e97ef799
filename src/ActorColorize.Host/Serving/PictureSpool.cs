using System.Collections.Concurrent;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;
using ActorColorize.Rest;

namespace ActorColorize.Host.Serving;

/// <summary>
/// The folder of pictures posted over HTTP, each in its own folder with its result. Leftovers of a killed daemon are removed at start; a
/// job that still needs them fails, as no client waits for it any more, and the files that it writes are removed with the next picture.
/// </summary>
internal sealed class PictureSpool : IPictureSpool, IDisposable
{
    private readonly string _folder;
    private readonly FolderLock _alone;
    private readonly ConcurrentDictionary<string, bool> _places = new(StringComparer.Ordinal);

    private PictureSpool(string folder, FolderLock alone)
    {
        _folder = folder;
        _alone = alone;
    }

    /// <summary>Locks the folder and empties it.</summary>
    /// <exception cref="UsageException">Another daemon uses the folder.</exception>
    public static PictureSpool Open(string folder)
    {
        MakePrivate(folder);
        var alone = FolderLock.TryTake(folder)
            ?? throw new UsageException($"another daemon uses {folder} for its pictures: choose another folder with 'rest.scratch'");
        var spool = new PictureSpool(folder, alone);
        spool.RemoveLeftovers();
        return spool;
    }

    /// <summary>Whether a path is inside this spool.</summary>
    public static bool Holds(string folder, string path) =>
        Path.GetFullPath(path).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <inheritdoc/>
    public IPicturePlace NewPlace()
    {
        RemoveLeftovers();
        var place = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        _places[place] = true;
        MakePrivate(Path.Combine(place, "in"));
        MakePrivate(Path.Combine(place, "out"));
        return new Place(this, place);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        RemoveLeftovers();
        _alone.Dispose();
    }

    /// <summary>
    /// Removes folders that belong to no picture in progress; what cannot be removed now is retried with the next picture.
    /// </summary>
    private void RemoveLeftovers()
    {
        foreach (var left in Directory.EnumerateDirectories(_folder).Where(folder => !_places.ContainsKey(folder)))
            TryDelete(left);
    }

    private static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private sealed class Place(PictureSpool spool, string folder) : IPicturePlace
    {
        private string _extension = "";

        public string Input => Path.Combine(folder, "in", $"picture{_extension}");

        public string Output => Path.Combine(folder, "out");

        public Stream Receive(string extension)
        {
            _extension = extension;
            return new FileStream(Input, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }

        public Stream OpenResult()
        {
            var result = Directory.EnumerateFiles(Output).Single(file => Path.GetFileNameWithoutExtension(file) == "picture");
            return new FileStream(result, FileMode.Open, FileAccess.Read, FileShare.Read);
        }

        public Stream? OpenDistribution()
        {
            var path = Path.Combine(Output, JobSpecification.DistributionFile);
            return File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read) : null;
        }

        public void Dispose()
        {
            spool._places.TryRemove(folder, out _);
            Directory.Delete(folder, recursive: true);
        }
    }
}
