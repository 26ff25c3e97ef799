using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests.Cluster;

/// <summary>The pictures of a storm.</summary>
internal static class StormArchive
{
    /// <summary>Drawn pictures, or copies from the folder in <c>ACTORCOLORIZE_STORM_ARCHIVE</c>.</summary>
    /// <returns>The folder.</returns>
    public static string Make(ScratchFolder scratch, int items)
    {
        var archive = Path.Combine(scratch.Path, "archive");
        if (Environment.GetEnvironmentVariable("ACTORCOLORIZE_STORM_ARCHIVE") is not { Length: > 0 } given)
        {
            for (var i = 0; i < items; i++)
                DrawnDataset.Draw(Path.Combine(archive, $"{i % 7}", $"{i:D4}.jpg"), i, 120 + i % 50, 90, grey: true);
            return archive;
        }

        var originals = Directory.GetFiles(given, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        for (var i = 0; i < items; i++)
        {
            var copy = Path.Combine(archive, $"{i / originals.Length}", Path.GetRelativePath(given, originals[i % originals.Length]));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(originals[i % originals.Length], copy);
        }

        return archive;
    }
}
