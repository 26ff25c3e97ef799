namespace ActorColorize.Data.Archives;

/// <summary>
/// Names of files and folders that systems keep for themselves: everything that begins with a dot, and the folders of network storage and
/// of Windows for thumbnails, deleted files and snapshots.
/// </summary>
internal static class HiddenName
{
    private static readonly HashSet<string> Folders = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", // Synology: thumbnails and attributes of each folder
        "@tmp",
        "@Recycle", // QNAP
        "@Recently-Snapshot",
        "#recycle", // Synology
        "#snapshot",
        "$RECYCLE.BIN",
        "System Volume Information",
        "lost+found",
        "__MACOSX", // resource forks in unpacked archives
    };

    /// <summary>Whether a file of this name is hidden.</summary>
    public static bool IsHiddenFile(string name) => name.StartsWith('.');

    /// <summary>Whether a folder of this name is hidden.</summary>
    public static bool IsHiddenFolder(string name) => name.StartsWith('.') || Folders.Contains(name);
}
