using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Datasets;

/// <summary>A dataset in the layout of the MiniPlaces kit, see <see cref="DatasetLayout"/>.</summary>
internal sealed class MiniPlacesKit(string root)
{
    private const string CategoryList = "categories.txt";

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t"u8);

    private readonly string listFolder = Path.Join(root, "data");
    private readonly string pictureFolder = Path.Join(root, "images");

    public static bool IsAt(string folder)
    {
        var lists = Path.Join(folder, "data");
        return File.Exists(Path.Join(lists, CategoryList))
            || File.Exists(Path.Join(lists, "train.txt"))
            || File.Exists(Path.Join(lists, "val.txt"));
    }

    public PictureSet Open(string split)
    {
        if (!Splits().Contains(split, StringComparer.Ordinal))
            throw DatasetLayout.NoSuchSplit(root, split, Splits());
        return ReadSplit(split) ?? throw new DatasetException($"{ListOf(split)} lists no pictures.");
    }

    /// <summary>Every list that names pictures.</summary>
    public List<PictureSet> OpenAll()
    {
        var sets = Splits().Select(ReadSplit).OfType<PictureSet>().ToList();
        return sets.Count > 0 ? sets : throw new DatasetException($"{listFolder} has no list that names pictures.");
    }

    private string ListOf(string split) => Path.Join(listFolder, split + ".txt");

    /// <summary>Null if the list names no picture.</summary>
    private PictureSet? ReadSplit(string split)
    {
        if (!Directory.Exists(pictureFolder))
            throw new DatasetException($"{root} has lists in data/ but no folder images/ with the pictures.");
        var categories = ReadCategories();
        using var builder = new PictureSetBuilder();
        ReadList(ListOf(split), categories, builder);
        return builder.Count == 0 ? null : builder.Build(root, split, pictureFolder, categories);
    }

    /// <summary>Names of the existing lists. The kit's other category files (object_categories.txt) list no pictures.</summary>
    private List<string> Splits() =>
        [
            .. Directory
                .EnumerateFiles(listFolder, "*.txt")
                .Select(Path.GetFileNameWithoutExtension)
                .OfType<string>()
                .Where(name => !name.EndsWith("categories", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    private string[] ReadCategories()
    {
        var path = Path.Join(listFolder, CategoryList);
        if (!File.Exists(path))
            return [];
        var names = new List<(string Name, int Number, int Line)>();
        foreach (var line in new ListLines(path))
        {
            if (!TrySplit(line.Text, out var name, out var number) || number < 0)
                throw line.Malformed("expected a category and its number, like '/a/abbey 0'");
            names.Add((Encoding.UTF8.GetString(name.TrimStart((byte)'/')), number, line.Number));
        }

        var categories = new string[names.Count];
        foreach (var (name, number, line) in names)
        {
            if (number >= names.Count || categories[number] is not null)
                throw new DatasetException(
                    $"{path}, line {line}: the numbers of {names.Count} categories must be 0 to {names.Count - 1}, each once; found "
                        + $"{number} again or beyond."
                );
            categories[number] = name;
        }

        return categories;
    }

    private void ReadList(string list, string[] categories, PictureSetBuilder builder)
    {
        var prefix = Encoding.UTF8.GetBytes(pictureFolder + "/");
        var path = prefix.AsSpan().ToArray();
        var labelled = false;
        foreach (var line in new ListLines(list))
        {
            var hasLabel = TrySplit(line.Text, out var name, out var label);
            if (builder.Count == 0)
                labelled = hasLabel;
            if (hasLabel != labelled)
                throw line.Malformed(
                    labelled
                        ? "the category's number is missing: expected 'train/a/abbey/00000001.jpg 0'"
                        : "a category's number, where the lines before have none"
                );
            if (labelled && (label < 0 || label >= categories.Length))
                throw line.Malformed(MissingCategory(label, categories));
            if (LeavesTheFolder(name))
                throw line.Malformed("the path must lie inside images/: no leading '/', no '..'");

            if (path.Length < prefix.Length + name.Length + 1)
                Array.Resize(ref path, prefix.Length + name.Length + 256);
            name.CopyTo(path.AsSpan(prefix.Length));
            path[prefix.Length + name.Length] = 0;
            var facts = FileFacts.Of(path.AsSpan(0, prefix.Length + name.Length + 1), followLinks: true);
            builder.Add(name, labelled ? label : -1, facts.Length);
        }
    }

    private string MissingCategory(int label, string[] categories) =>
        categories.Length == 0
            ? $"category {label}, but {Path.Join(listFolder, CategoryList)} is missing or empty"
            : $"category {label} is not in {CategoryList}, which has 0 to {categories.Length - 1}";

    /// <summary>Parses the number at the end of a line. A path may contain blanks, so only the last word is used.</summary>
    private static bool TrySplit(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out int number)
    {
        var blank = line.LastIndexOfAny(Blank);
        var word = line[(blank + 1)..];
        if (blank > 0 && Utf8Parser.TryParse(word, out number, out var used) && used == word.Length)
        {
            name = line[..blank].TrimEnd(" \t"u8);
            return name.Length > 0;
        }

        name = line;
        number = -1;
        return false;
    }

    private static bool LeavesTheFolder(ReadOnlySpan<byte> path)
    {
        if (path[0] == '/' || path.Contains((byte)0))
            return true;
        foreach (var part in path.Split((byte)'/'))
        {
            if (path[part].SequenceEqual(".."u8))
                return true;
        }

        return false;
    }

    /// <summary>
    /// The lines of a list that are not blank, without a copy or string for each: a list of 100,000 pictures is 4 MB of text.
    /// </summary>
    private ref struct ListLines(string path)
    {
        private readonly byte[] text = File.ReadAllBytes(path);
        private int next;
        private int number;

        public ListLine Current { get; private set; }

        public readonly ListLines GetEnumerator() => this;

        public bool MoveNext()
        {
            if (next == 0 && text.AsSpan().StartsWith("\uFEFF"u8))
                next = 3;
            while (next < text.Length)
            {
                var rest = text.AsSpan(next);
                var length = rest.IndexOf((byte)'\n');
                var line = length < 0 ? rest : rest[..length];
                next += line.Length + 1;
                number++;
                line = line.Trim(" \t\r"u8);
                if (line.Length == 0)
                    continue;
                Current = new ListLine(path, number, line);
                if (!Utf8.IsValid(line))
                    throw Current.Malformed("not UTF-8 text");
                return true;
            }

            return false;
        }
    }

    private readonly ref struct ListLine(string path, int number, ReadOnlySpan<byte> text)
    {
        public ReadOnlySpan<byte> Text { get; } = text;

        public int Number { get; } = number;

        public DatasetException Malformed(string what) => new($"{path}, line {Number}: {what}.");
    }
}
