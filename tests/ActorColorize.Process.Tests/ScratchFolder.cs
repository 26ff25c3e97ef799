namespace ActorColorize.Process.Tests;

/// <summary>A temporary folder for one test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("actorcolorize-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
