using ActorColorize.Host.Logging;

namespace ActorColorize.Host.Doctor;

/// <summary>Free space where something is likely to be written.</summary>
/// <param name="Use">What would be written there.</param>
/// <param name="Folder">The folder.</param>
/// <param name="FreeBytes">Bytes free for this account; null when it cannot be told.</param>
internal sealed record DiskFacts(string Use, string Folder, long? FreeBytes)
{
    /// <summary>The current folder (runs and results), the temporary folder and the state folder (logs).</summary>
    public static IReadOnlyList<DiskFacts> Find() =>
    [
        For("here", Environment.CurrentDirectory),
        For("temporary files", Path.GetTempPath()),
        For("logs", StateFolder.Root),
    ];

    private static DiskFacts For(string use, string folder)
    {
        try
        {
            // A folder that is not there yet will be made on the disk of the nearest one that is.
            var existing = folder;
            while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
                existing = parent;
            return new DiskFacts(use, folder, new DriveInfo(existing).AvailableFreeSpace);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new DiskFacts(use, folder, null);
        }
    }
}
