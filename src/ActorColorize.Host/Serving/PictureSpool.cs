using System.Collections.Concurrent;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using ActorColorize.Rest;

namespace ActorColorize.Host.Serving;

/// <summary>
/// The folder in which pictures lie that come over HTTP, each in a folder of its own with its result beside it. What a daemon that was
/// killed has left there is removed at the start; a job
/// that still wants it then ends as failed, for nobody waits for it any more, and what it writes at its end is removed with the next
/// picture.
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

    /// <summary>Takes the folder and empties it.</summary>
    /// <exception cref="UsageException">Another daemon has it.</exception>
    public static PictureSpool Open(string folder)
    {
        MakePrivate(folder);
        var alone = FolderLock.TryTake(folder)
            ?? throw new UsageException($"another daemon has the folder {folder} for its pictures: name another with 'rest.scratch'");
        var spool = new PictureSpool(folder, alone);
        spool.DatasetPass();
        return spool;
    }

    /// <summary>Whether a path is of this spool.</summary>
    public static bool Holds(string folder, string path) =>
        Path.GetFullPath(path).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <inheritdoc/>
    public IPicturePlace NewPlace()
    {
        DatasetPass();
        var place = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        _places[place] = true;
        MakePrivate(Path.Combine(place, "in"));
        MakePrivate(Path.Combine(place, "out"));
        return new Place(this, place);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DatasetPass();
        _alone.Dispose();
    }

    /// <summary>Removes what belongs to no picture under way; what cannot be removed now is removed with the next one.</summary>
    private void DatasetPass()
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

        public void Dispose()
        {
            spool._places.TryRemove(folder, out _);
            Directory.Delete(folder, recursive: true);
        }
    }
}
