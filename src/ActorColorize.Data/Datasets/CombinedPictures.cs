using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ActorColorize.Data.Datasets;

/// <summary>The same split of several datasets, see <see cref="PictureSet.Combine"/>.</summary>
internal sealed class CombinedPictures : PictureSet
{
    private readonly IReadOnlyList<PictureSet> parts;
    private readonly int[] firsts; // index of each part's first picture
    private readonly int[] firstLabels; // label of each part's first category

    public CombinedPictures(IReadOnlyList<PictureSet> parts)
    {
        this.parts = parts;
        firsts = Starts(parts.Select(static part => part.Count));
        firstLabels = Starts(parts.Select(static part => part.Categories.Count));
        Count = parts.Sum(static part => part.Count);
        Categories = [.. parts.SelectMany((part, i) => part.Categories.Select(name => Numbered(i, name)))];
        Sources = [.. parts.Select((part, i) => new PictureSource(part.Sources[0].PictureFolder, firsts[i], part.Count))];
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(parts.Select(static part => part.Hash)))));
    }

    public override string Root => string.Join(" + ", parts.Select(static part => part.Root));

    public override string Split => parts[0].Split;

    public override int Count { get; }

    public override IReadOnlyList<string> Categories { get; }

    public override bool HasLabels => parts.Any(static part => part.HasLabels);

    public override string Hash { get; }

    public override long TotalBytes => parts.Sum(static part => part.TotalBytes);

    public override IReadOnlyList<PictureSource> Sources { get; }

    public override string RelativePath(int index)
    {
        var part = PartOf(index);
        return Numbered(part, parts[part].RelativePath(index - firsts[part]));
    }

    public override string FullPath(int index)
    {
        var part = PartOf(index);
        return parts[part].FullPath(index - firsts[part]);
    }

    public override int Label(int index)
    {
        var part = PartOf(index);
        return parts[part].Label(index - firsts[part]) is >= 0 and var label ? firstLabels[part] + label : -1;
    }

    public override int IndexOf(string relativePath)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        var slash = relativePath.IndexOf('/', StringComparison.Ordinal);
        return
            slash > 0
            && int.TryParse(relativePath.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 1
            && number <= parts.Count
            && parts[number - 1].IndexOf(relativePath[(slash + 1)..]) is >= 0 and var index
            ? firsts[number - 1] + index
            : -1;
    }

    private static string Numbered(int part, string name) => string.Create(CultureInfo.InvariantCulture, $"{part + 1}/{name}");

    private static int[] Starts(IEnumerable<int> counts)
    {
        var starts = new List<int>();
        var next = 0;
        foreach (var count in counts)
        {
            starts.Add(next);
            next = checked(next + count);
        }

        return [.. starts];
    }

    private int PartOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        var place = Array.BinarySearch(firsts, index);
        return place >= 0 ? place : ~place - 1;
    }
}
