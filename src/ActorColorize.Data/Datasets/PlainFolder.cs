using System.Runtime.InteropServices;
using System.Text;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Datasets;

/// <summary>A dataset that is a plain folder of pictures, see <see cref="DatasetLayout"/>.</summary>
internal sealed class PlainFolder(string root)
{
    // 5 % of the range of a hash.
    private const ulong ValidationThreshold = ulong.MaxValue / 20;

    private static readonly string[] SplitNames = ["all", "train", "val", "test"];

    private readonly PackedNames paths = new();
    private readonly List<Found> pictures = [];
    private readonly Dictionary<string, int> categoryNumbers = new(StringComparer.Ordinal);
    private readonly HashSet<Section> sections = [];

    private enum Section
    {
        None,
        Train,
        Val,
        Test,
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Found(long Length, int Category, Section Section);

    public PictureSet Open(string split)
    {
        FindPictures();
        var chosen = Choose(split);
        if (!chosen.Contains(true))
            throw DatasetLayout.NoSuchSplit(root, split, SplitNames.Where(name => Choose(name).Contains(true)));
        return Build(split, chosen);
    }

    /// <summary>The disjoint splits: all but "all".</summary>
    public List<PictureSet> OpenAll()
    {
        FindPictures();
        return
        [
            .. SplitNames
                .Skip(1)
                .Select(name => (Name: name, Chosen: Choose(name)))
                .Where(split => split.Chosen.Contains(true))
                .Select(split => Build(split.Name, split.Chosen)),
        ];
    }

    private PictureSet Build(string split, bool[] chosen)
    {
        var (categories, labels) = SortCategories();
        using var builder = new PictureSetBuilder();
        for (var index = 0; index < pictures.Count; index++)
        {
            var picture = pictures[index];
            if (chosen[index])
                builder.Add(paths[index], picture.Category < 0 ? -1 : labels[picture.Category], picture.Length);
        }

        return builder.Build(root, split, root, categories);
    }

    private void FindPictures()
    {
        var visited = new VisitedFolders(root);
        var ahead = new Stack<string>([""]);
        while (ahead.TryPop(out var folder))
        {
            var full = Path.Join(root, folder);
            var listing = FolderListing.Read(full);
            TakePictures(folder, full, listing.Files);
            var below = new List<string>();
            for (var index = 0; index < listing.Folders.Count; index++)
            {
                var name = listing.Folders.Text(index);
                var path = Path.Join(full, name);
                if (FileFacts.Of(path, followLinks: false).Kind != FileKind.Link || visited.TryEnter(RealPath.Of(path)))
                    below.Add(folder.Length == 0 ? name : $"{folder}/{name}");
            }

            // In reverse, so that the first is on top of the stack.
            for (var index = below.Count - 1; index >= 0; index--)
                ahead.Push(below[index]);
        }

        if (pictures.Count == 0)
            throw new DatasetException(
                $"No pictures in {root}: looked for {string.Join(", ", PictureExtension.All)} in it and all folders below."
            );
        paths.Trim();
    }

    private void TakePictures(string folder, string full, PackedNames names)
    {
        (Section Section, int Category)? place = null;
        var prefix = folder.Length == 0 ? [] : Encoding.UTF8.GetBytes(folder + "/");
        var path = new byte[Encoding.UTF8.GetByteCount(full) + 1024];
        var pathPrefix = Encoding.UTF8.GetBytes(full, path);
        path[pathPrefix++] = (byte)'/';
        for (var index = 0; index < names.Count; index++)
        {
            var name = names[index];
            if (!PictureExtension.Matches(name))
                continue;
            name.CopyTo(path.AsSpan(pathPrefix));
            path[pathPrefix + name.Length] = 0;
            var facts = FileFacts.Of(path.AsSpan(0, pathPrefix + name.Length + 1), followLinks: true);
            if (facts.Kind == FileKind.Other)
                continue;
            place ??= Classify(folder);
            paths.Add(prefix, name);
            pictures.Add(new Found(facts.Length, place.Value.Category, place.Value.Section));
        }
    }

    /// <summary>The split that a folder belongs to by the name of its first part, and its category: the rest.</summary>
    private (Section Section, int Category) Classify(string folder)
    {
        var slash = folder.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? folder : folder[..slash];
        var section = first.ToLowerInvariant() switch
        {
            "train" => Section.Train,
            "val" => Section.Val,
            "test" => Section.Test,
            _ => Section.None,
        };
        var category =
            section == Section.None ? folder
            : slash < 0 ? ""
            : folder[(slash + 1)..];
        sections.Add(section);
        if (category.Length == 0)
            return (section, -1);
        if (!categoryNumbers.TryGetValue(category, out var number))
            categoryNumbers.Add(category, number = categoryNumbers.Count);
        return (section, number);
    }

    /// <summary>Labels follow the order of the categories' names, not that of the walk.</summary>
    private (string[] Categories, int[] Labels) SortCategories()
    {
        var categories = categoryNumbers.Keys.Order(StringComparer.Ordinal).ToArray();
        var labels = new int[categories.Length];
        for (var label = 0; label < categories.Length; label++)
            labels[categoryNumbers[categories[label]]] = label;
        return (categories, labels);
    }

    private bool[] Choose(string split) =>
        split switch
        {
            "all" => Where(_ => true),
            "test" => Where(picture => picture.Section == Section.Test),
            "val" when sections.Contains(Section.Val) => Where(picture => picture.Section == Section.Val),
            "train" when sections.Contains(Section.Val) => Where(IsForLearning),
            "val" => HeldOut(),
            "train" => Remaining(),
            _ => new bool[pictures.Count],
        };

    /// <summary>The pictures in the train folder if it exists; otherwise those in neither val nor test.</summary>
    private bool IsForLearning(Found picture) =>
        sections.Contains(Section.Train) ? picture.Section == Section.Train : picture.Section is not (Section.Val or Section.Test);

    private bool[] Where(Func<Found, bool> condition) => [.. pictures.Select(condition)];

    /// <summary>
    /// The 5 % with the lowest hashes, but at least one picture and never all of them: so even ten pictures can be split. A single picture
    /// belongs to training.
    /// </summary>
    private bool[] HeldOut()
    {
        var held = new bool[pictures.Count];
        var candidates = 0;
        var chosen = 0;
        var lowest = (Hash: ulong.MaxValue, Index: -1);
        var highest = (Hash: ulong.MinValue, Index: -1);
        for (var index = 0; index < held.Length; index++)
        {
            if (!IsForLearning(pictures[index]))
                continue;
            candidates++;
            var hash = PathHash.Of(paths[index]);
            held[index] = hash < ValidationThreshold;
            chosen += held[index] ? 1 : 0;
            lowest = lowest.Index < 0 || hash < lowest.Hash ? (hash, index) : lowest;
            highest = highest.Index < 0 || hash > highest.Hash ? (hash, index) : highest;
        }

        if (candidates > 1 && chosen == 0)
            held[lowest.Index] = true;
        if (candidates > 0 && chosen == candidates)
            held[highest.Index] = false;
        return held;
    }

    private bool[] Remaining()
    {
        var held = HeldOut();
        return [.. pictures.Select((picture, index) => IsForLearning(picture) && !held[index])];
    }
}
