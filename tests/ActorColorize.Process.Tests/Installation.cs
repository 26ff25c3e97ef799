using System.Reflection;

namespace ActorColorize.Process.Tests;

/// <summary>The paths of the repository and the built program.</summary>
internal static class Installation
{
    /// <summary>The repository's folder, ending in a separator.</summary>
    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>The built program.</summary>
    public static string Program { get; } = Metadata("Program");

    private static string Metadata(string key) =>
        typeof(Installation).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
