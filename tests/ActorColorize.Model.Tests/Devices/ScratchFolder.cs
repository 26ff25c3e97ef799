namespace ActorColorize.Model.Tests.Devices;

/// <summary>A folder for one test, removed at its end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder() => Path = Directory.CreateTempSubdirectory("actorcolorize-devices-").FullName;

    public string Path { get; }

    public string File(params string[] parts) => System.IO.Path.Join([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
