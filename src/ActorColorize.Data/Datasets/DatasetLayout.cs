namespace ActorColorize.Data.Datasets;

/// <summary>
/// Opens a folder as a dataset. Two layouts are supported.
/// <para>
/// <b>MiniPlaces kit</b> (github.com/CSAILVision/miniplaces), recognised by its lists: <c>data/categories.txt</c> with lines <c>/a/abbey
/// 0</c>; one list for each split,
/// <c>data/train.txt</c>, with lines <c>train/a/abbey/00000001.jpg 0</c> (the number may be omitted throughout a list); the pictures under
/// <c>images/</c>. Order: the list's.
/// </para>
/// <para>
/// <b>Plain folder</b>: every picture below it, by extension (<see cref="PictureExtension"/>). A picture's category is the folder it is in.
/// Sub-folders named train, val and
/// test are those splits, and categories are counted from inside them, so that train/abbey and val/abbey are one. Without a val folder, the
/// split "val" is 5 % of what is not in
/// test, chosen by a hash of the path, so that adding pictures does not move others between splits; "train" is the rest, "all" is
/// everything. Order: in each folder first its
/// files, then its folders, each by their bytes.
/// </para>
/// </summary>
public static class DatasetLayout
{
    /// <summary>Indexes one split. Reads lists and folders and looks at each file's length, but opens no picture.</summary>
    /// <param name="root">The dataset's folder.</param>
    /// <param name="split">The split's name: "train", "val", "test", "all", or that of another list in a kit.</param>
    /// <exception cref="DatasetException">The folder or split does not exist, contains no pictures, or a list is malformed.</exception>
    public static PictureSet Open(string root, string split)
    {
        ArgumentException.ThrowIfNullOrEmpty(split);
        return Read(root, folder =>
            MiniPlacesKit.IsAt(folder) ? new MiniPlacesKit(folder).Open(split) : new PlainFolder(folder).Open(split)
        );
    }

    /// <summary>
    /// Indexes all splits. For a kit, its lists by name. For a plain folder, "train", "val" and "test", which share no picture; if it has
    /// folders named train and val, pictures elsewhere belong to none of them.
    /// </summary>
    /// <param name="root">The dataset's folder.</param>
    /// <exception cref="DatasetException">The folder does not exist, contains no pictures, or a list is malformed.</exception>
    public static IReadOnlyList<PictureSet> OpenAll(string root) =>
        Read(root, folder => MiniPlacesKit.IsAt(folder) ? new MiniPlacesKit(folder).OpenAll() : new PlainFolder(folder).OpenAll());

    private static T Read<T>(string root, Func<string, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (!Directory.Exists(folder))
        {
            throw new DatasetException(
                File.Exists(folder) ? $"{folder} is a file: give the folder that holds the pictures." : $"Data folder not found: {folder}"
            );
        }

        try
        {
            return read(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"Cannot read the data folder {folder}: {fault.Message}", fault);
        }
    }

    internal static DatasetException NoSuchSplit(string folder, string split, IEnumerable<string> splits) =>
        new($"{folder} has no split '{split}'; it has: {string.Join(", ", splits)}.");
}
