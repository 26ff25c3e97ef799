namespace ActorColorize.Data.Tests;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actorcolorize-data-").FullName;

    public string At(string relativePath) => System.IO.Path.Join(Path, relativePath);

    /// <summary>Makes a file of this many bytes, and the folders on its way.</summary>
    public string File(string relativePath, int length = 1)
    {
        var path = At(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, new byte[length]);
        return path;
    }

    public string Text(string relativePath, string content)
    {
        var path = At(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public string Folder(string relativePath) => Directory.CreateDirectory(At(relativePath)).FullName;

    /// <summary>Makes a symbolic link; the target is taken as it is written.</summary>
    public string Link(string relativePath, string target)
    {
        var path = At(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.CreateSymbolicLink(path, target);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
