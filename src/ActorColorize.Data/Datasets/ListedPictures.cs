using System.Text;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Datasets;

/// <summary>The pictures of one split of one dataset. About 45 bytes a picture with paths of 30 characters.</summary>
internal sealed class ListedPictures : PictureSet
{
    private readonly string pictureFolder;
    private readonly PackedNames paths;
    private readonly int[] labels;
    private readonly Lazy<int[]> slots;

    public ListedPictures(
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
        Sources = [new PictureSource(pictureFolder, 0, labels.Length)];
        this.pictureFolder = pictureFolder;
        this.paths = paths;
        this.labels = labels;
        slots = new Lazy<int[]>(BuildSlots);
    }

    public override string Root { get; }

    public override string Split { get; }

    public override int Count => labels.Length;

    public override IReadOnlyList<string> Categories { get; }

    public override bool HasLabels { get; }

    public override string Hash { get; }

    public override long TotalBytes { get; }

    public override IReadOnlyList<PictureSource> Sources { get; }

    public override string RelativePath(int index) => paths.Text(index);

    public override string FullPath(int index) => Path.Join(pictureFolder, paths.Text(index));

    public override int Label(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return labels[index];
    }

    public override int IndexOf(string relativePath)
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
