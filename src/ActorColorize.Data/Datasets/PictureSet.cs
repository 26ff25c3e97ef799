namespace ActorColorize.Data.Datasets;

/// <summary>
/// The pictures of one split of a dataset, or of several datasets, in a fixed order: paths and labels, no pixels. Immutable; any number of
/// threads may read it.
/// </summary>
/// <seealso cref="DatasetLayout.Open"/>
public abstract class PictureSet
{
    /// <summary>The dataset's folder, absolute; those of several datasets are joined by " + ".</summary>
    public abstract string Root { get; }

    /// <summary>The split's name, for example "train".</summary>
    public abstract string Split { get; }

    /// <summary>Pictures in the split, at least 1.</summary>
    public abstract int Count { get; }

    /// <summary>
    /// The names of the categories of the whole dataset (not only of this split), by label: "a/abbey". Empty if there are none. A kit's
    /// names are given without their leading slash.
    /// </summary>
    public abstract IReadOnlyList<string> Categories { get; }

    /// <summary>Whether at least one picture of the split has a label.</summary>
    public abstract bool HasLabels { get; }

    /// <summary>
    /// The split's fingerprint: SHA-256 over path, label and length of each picture, in order; 64 lower-case hexadecimal digits.
    /// Independent of the location of the dataset. A listed file that is missing counts with length 0.
    /// </summary>
    public abstract string Hash { get; }

    /// <summary>Bytes of all files together.</summary>
    public abstract long TotalBytes { get; }

    /// <summary>The datasets that the pictures come from, at least one.</summary>
    public abstract IReadOnlyList<PictureSource> Sources { get; }

    /// <summary>
    /// The picture's path as the dataset names it, with "/" between folders: for a kit relative to its images folder, else to
    /// <see cref="Root"/>. With several datasets, the first folder is the dataset's number, from 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">No picture has this index.</exception>
    public abstract string RelativePath(int index);

    /// <summary>The absolute path of the picture's file, which may be missing: a kit's lists can name files that are not there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No picture has this index.</exception>
    public abstract string FullPath(int index);

    /// <summary>The picture's category, an index into <see cref="Categories"/>; −1 if it has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No picture has this index.</exception>
    public abstract int Label(int index);

    /// <summary>
    /// The index of a picture by its <see cref="RelativePath"/>, exactly as written; −1 if it is not in the split. If a list names it
    /// twice, the first one.
    /// </summary>
    public abstract int IndexOf(string relativePath);

    /// <summary>
    /// The same split of several datasets as one set, in their order. Categories of different datasets stay separate, even under equal
    /// names.
    /// </summary>
    /// <param name="sets">The sets; a single one is returned as it is.</param>
    public static PictureSet Combine(IReadOnlyList<PictureSet> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return sets.Count == 1 ? sets[0] : new CombinedPictures(sets);
    }

    /// <summary>Divides items of this set by the dataset that they come from, in the order of <see cref="Sources"/>.</summary>
    /// <param name="items">Indices in ascending order.</param>
    public IReadOnlyList<int[]> BySource(int[] items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return [.. Sources.Select(source => items.Where(item => item >= source.First && item < source.First + source.Count).ToArray())];
    }
}

/// <summary>A dataset in a set of pictures.</summary>
/// <param name="PictureFolder">The folder that its paths are relative to, absolute.</param>
/// <param name="First">Index of its first picture.</param>
/// <param name="Count">Number of its pictures.</param>
public sealed record PictureSource(string PictureFolder, int First, int Count);
