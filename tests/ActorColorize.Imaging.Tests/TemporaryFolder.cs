namespace ActorColorize.Imaging.Tests;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actorcolorize-imaging-").FullName;

    public string At(params string[] names) => System.IO.Path.Join([Path, .. names]);

    /// <summary>The files below, hidden and unfinished ones too.</summary>
    public IEnumerable<string> Files(string folder = "") =>
        Directory.Exists(At(folder))
            ? Directory.EnumerateFiles(
                At(folder),
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }
            )
            : [];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
