namespace ActorColorize.Host.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ActorColorize.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("no ActorColorize.sln above the test's folder");
        return folder.FullName;
    }
}
