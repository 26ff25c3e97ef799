using ActorColorize.Host.Logging;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Host.Doctor;

/// <summary>Free space of a folder that the program writes to.</summary>
/// <param name="Use">What would be written there.</param>
/// <param name="Folder">The folder.</param>
/// <param name="FreeBytes">Bytes free for this account; null if unknown.</param>
internal sealed record DiskFacts(string Use, string Folder, long? FreeBytes)
{
    /// <summary>The current folder (runs and results), the temporary folder and the state folder (logs).</summary>
    public static IReadOnlyList<DiskFacts> Find() =>
        [For("here", Environment.CurrentDirectory), For("temporary files", Path.GetTempPath()), For("logs", StateFolder.Root)];

    private static DiskFacts For(string use, string folder) => new(use, folder, LocalDisk.Instance.FreeBytes(folder));
}
