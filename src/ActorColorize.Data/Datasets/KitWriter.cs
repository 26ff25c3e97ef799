using System.Globalization;
using System.Text;
using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Datasets;

/// <summary>
/// Writes the lists of a MiniPlaces kit (see <see cref="DatasetLayout"/>) for a selection of the pictures of another dataset. The pictures
/// are not copied: <c>images</c> is a symbolic link to their folder.
/// </summary>
public static class KitWriter
{
    /// <summary>
    /// Writes the kit. The lists are written first and the link last, so that an incomplete kit is never mistaken for a dataset.
    /// </summary>
    /// <param name="folder">The kit's folder, created if it is missing; it must be empty.</param>
    /// <param name="splits">The splits of one dataset.</param>
    /// <param name="takes">Whether a picture is listed, given its split and its index in the split.</param>
    /// <exception cref="IOException">The folder is not empty or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write there.</exception>
    public static void Write(string folder, IReadOnlyList<PictureSet> splits, Func<PictureSet, int, bool> takes)
    {
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentNullException.ThrowIfNull(takes);
        var lists = Path.Join(folder, "data");
        Directory.CreateDirectory(folder);
        if (Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"{folder} is not empty");
        Directory.CreateDirectory(lists);
        var labelled = AreLabelled(splits);
        WriteLines(
            Path.Join(lists, "categories.txt"),
            labelled ? splits[0].Categories.Select(static (name, label) => Line("/" + name, label)) : []
        );
        foreach (var split in splits)
            WriteLines(
                Path.Join(lists, split.Split + ".txt"),
                Enumerable
                    .Range(0, split.Count)
                    .Where(item => takes(split, item))
                    .Select(item => labelled ? Line(split.RelativePath(item), split.Label(item)) : split.RelativePath(item))
            );
        Directory.CreateSymbolicLink(Path.Join(folder, "images"), splits[0].Sources[0].PictureFolder);
    }

    /// <summary>
    /// Whether a kit of these splits has labels: only if each picture has one, since a list has a label on every line or on none.
    /// </summary>
    public static bool AreLabelled(IReadOnlyList<PictureSet> splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        return splits.All(static split => Enumerable.Range(0, split.Count).All(item => split.Label(item) >= 0));
    }

    /// <summary>
    /// Whether a list can hold this path: it has no line break and no blank at its ends, and in a list without labels its last word is not
    /// a number, which would be read as the label.
    /// </summary>
    public static bool CanList(string path, bool labelled)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.AsSpan().Trim(" \t\r").Length == path.Length
            && !path.Contains('\n', StringComparison.Ordinal)
            && (
                labelled
                || !int.TryParse(path[(path.LastIndexOfAny([' ', '\t']) + 1)..], NumberStyles.Integer, CultureInfo.InvariantCulture, out _)
            );
    }

    private static string Line(string path, int label) => string.Create(CultureInfo.InvariantCulture, $"{path} {label}");

    private static void WriteLines(string path, IEnumerable<string> lines) => AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true)
            {
                NewLine = "\n",
            };
            foreach (var line in lines)
                writer.WriteLine(line);
        });
}
