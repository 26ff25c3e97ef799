namespace ActorColorize.Model.Tests.Checkpoints;

/// <summary>
/// A folder for one test, removed at its end. In memory where the system offers that: some tests make many thousand small files.
/// </summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    public TemporaryFolder() =>
        Path = Directory.Exists(InMemory)
            ? Directory.CreateDirectory(System.IO.Path.Join(InMemory, $"actorcolorize-checkpoints-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("actorcolorize-checkpoints-").FullName;

    public string Path { get; }

    public string File(params string[] parts) => System.IO.Path.Join([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
