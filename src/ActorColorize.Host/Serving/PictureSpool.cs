using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using ActorColorize.Rest;

namespace ActorColorize.Host.Serving;

/// <summary>
/// The folder in which pictures lie that come over HTTP, each in a folder of its own with its result beside it. What a daemon that was killed has left there is removed at the start; a job
/// that still wants it then ends as failed, for nobody waits for it any more.
/// </summary>
internal sealed class PictureSpool : IPictureSpool, IDisposable
{
    private readonly string _folder;
    private readonly FolderLock _alone;

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
        var alone = FolderLock.TryTake(folder) ?? throw new UsageException($"another daemon has the folder {folder} for its pictures: name another with 'rest.scratch'");
        foreach (var left in Directory.EnumerateDirectories(folder)) Directory.Delete(left, recursive: true);
        return new PictureSpool(folder, alone);
    }

    /// <summary>Whether a path is of this spool.</summary>
    public static bool Holds(string folder, string path) => Path.GetFullPath(path).StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <inheritdoc/>
    public IPicturePlace NewPlace()
    {
        var place = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        MakePrivate(Path.Combine(place, "in"));
        MakePrivate(Path.Combine(place, "out"));
        return new Place(place);
    }

    /// <inheritdoc/>
    public void Dispose() => _alone.Dispose();

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private sealed class Place(string folder) : IPicturePlace
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

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
