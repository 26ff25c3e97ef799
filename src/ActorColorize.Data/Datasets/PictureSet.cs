using System.Text;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Datasets;

/// <summary>
/// The pictures of one split of a dataset, in a fixed order: paths and labels, no pixels. Immutable; any number of threads may read it.
/// About 45 bytes a picture with paths of 30 characters.
/// </summary>
/// <seealso cref="DatasetLayout.Open"/>
public sealed class PictureSet
{
    private readonly string pictureFolder;
    private readonly PackedNames paths;
    private readonly int[] labels;
    private readonly Lazy<int[]> slots;

    internal PictureSet(
        string root,
        string split,
        string pictureFolder,
        IReadOnlyList<string> categories,
        PackedNames paths,
        int[] labels,
        string hash,
        long totalBytes
    )
    {
        Root = root;
        Split = split;
        Categories = categories;
        Hash = hash;
        TotalBytes = totalBytes;
        HasLabels = labels.AsSpan().ContainsAnyInRange(0, int.MaxValue);
        this.pictureFolder = pictureFolder;
        this.paths = paths;
        this.labels = labels;
        slots = new Lazy<int[]>(BuildSlots);
    }

    /// <summary>The dataset's folder, absolute.</summary>
    public string Root { get; }

    /// <summary>The split's name, for example "train".</summary>
    public string Split { get; }

    /// <summary>The folder that <see cref="RelativePath"/> is relative to, absolute.</summary>
    public string PictureFolder => pictureFolder;

    /// <summary>Pictures in the split, at least 1.</summary>
    public int Count => labels.Length;

    /// <summary>
    /// The names of the categories of the whole dataset (not only of this split), by label: "a/abbey". Empty if there are none. A kit's
    /// names are given without their leading slash.
    /// </summary>
    public IReadOnlyList<string> Categories { get; }

    /// <summary>Whether at least one picture of the split has a label.</summary>
    public bool HasLabels { get; }

    /// <summary>
    /// The split's fingerprint: SHA-256 over path, label and length of each picture, in order; 64 lower-case hexadecimal digits.
    /// Independent of the location of the dataset. A listed file that is missing counts with length 0.
    /// </summary>
    public string Hash { get; }

    /// <summary>Bytes of all files together.</summary>
    public long TotalBytes { get; }

    /// <summary>
    /// The picture's path as the dataset names it, with "/" between folders: for a kit relative to its images folder, else to
    /// <see cref="Root"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No picture has this index.</exception>
    public string RelativePath(int index) => paths.Text(index);

    /// <summary>The absolute path of the picture's file, which may be missing: a kit's lists can name files that are not there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No picture has this index.</exception>
    public string FullPath(int index) => Path.Join(pictureFolder, paths.Text(index));

    /// <summary>The picture's category, an index into <see cref="Categories"/>; −1 if it has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No picture has this index.</exception>
    public int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return labels[index];
    }

    /// <summary>
    /// The index of a picture by its <see cref="RelativePath"/>, exactly as written; −1 if it is not in the split. If a list names it
    /// twice, the first one.
    /// </summary>
    public int IndexOf(string relativePath)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        var wanted = Encoding.UTF8.GetBytes(relativePath);
        var table = slots.Value;
        for (var slot = PathHash.Of(wanted) & (ulong)(table.Length - 1); table[slot] >= 0; slot = (slot + 1) & (ulong)(table.Length - 1))
        {
            if (paths[table[slot]].SequenceEqual(wanted))
                return table[slot];
        }

        return -1;
    }

    /// <summary>
    /// A hash table with open addressing, at most half full; built on first use, since training never looks pictures up by path.
    /// </summary>
    private int[] BuildSlots()
    {
        var table = new int[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, Count * 2L))];
        Array.Fill(table, -1);
        for (var index = 0; index < Count; index++)
        {
            var slot = PathHash.Of(paths[index]) & (ulong)(table.Length - 1);
            while (table[slot] >= 0)
                slot = (slot + 1) & (ulong)(table.Length - 1);
            table[slot] = index;
        }

        return table;
    }
}
