namespace ActorColorize.Process.Tests;

/// <summary>A temporary folder for one test.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>
    /// Cache of all programs that tests start: what one has measured about this machine, others need not measure again. A test of the
    /// measuring itself sets <c>XDG_CACHE_HOME</c> to a folder of its own.
    /// </summary>
    public static string SharedCache { get; } = MakeSharedCache();

    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("actorcolorize-").FullName;

    /// <summary>Further variables for the environment of programs that use the folder.</summary>
    public IDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static string MakeSharedCache()
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-cache-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
