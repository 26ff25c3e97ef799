using ActorColorize.Data.Storage;
using ActorColorize.Host.Pages;
using ActorColorize.Imaging;

namespace ActorColorize.Host.Gallery;

/// <summary>One picture before and after.</summary>
/// <param name="Title">Its title, usually the relative path; unique on the page.</param>
/// <param name="Before">File of the original.</param>
/// <param name="After">File of the result.</param>
/// <param name="Note">A few words under the title, or null.</param>
public sealed record ComparePair(string Title, string Before, string After, string? Note = null);

/// <summary>A picture on a page.</summary>
/// <param name="Pair">The picture.</param>
/// <param name="Before">Preview of the original.</param>
/// <param name="After">Preview of the result.</param>
/// <param name="Link">Relative link to the result, or null.</param>
public sealed record CompareCard(ComparePair Pair, PreviewPicture Before, PreviewPicture After, string? Link);

/// <summary>Heading and paging of before/after pages.</summary>
public sealed record ComparePageOptions
{
    /// <summary>The pages' heading.</summary>
    public string Heading { get; init; } = "Before and after";

    /// <summary>What follows the number of pictures under the heading, for example the model; or null.</summary>
    public string? Subtitle { get; init; }

    /// <summary>Pictures on one page.</summary>
    public int PairsPerPage { get; init; } = 200;

    /// <summary>Name of the first page, without its extension; the folder for previews has the same name.</summary>
    public string Name { get; init; } = "compare";

    /// <summary>The file name of a page, from 1.</summary>
    public string FileName(int page) => page == 1 ? $"{Name}.html" : $"{Name}-{page}.html";
}

/// <summary>
/// Writes pages that compare pictures before and after with a slider or side by side. They are self-contained, work from disk or a web
/// server, with mouse, touch and keyboard, in light and dark mode, and without scripts still show both pictures.
/// </summary>
internal static class ComparePages
{
    /// <summary>Writes previews and pages.</summary>
    /// <param name="folder">The folder for the pages; previews go into a sub-folder. Links to results inside the folder are
    /// relative.</param>
    /// <param name="pairs">The pictures, in the order shown.</param>
    /// <param name="options">Heading and paging.</param>
    /// <param name="onLeftOut">Called with each pair that could not be shown and the reason; called from several threads.</param>
    /// <param name="stop">Stops between two pictures; pages are written after all previews.</param>
    /// <returns>The first page's file.</returns>
    /// <exception cref="IOException">A page or preview cannot be written.</exception>
    public static string Write(
        string folder,
        IReadOnlyList<ComparePair> pairs,
        ComparePageOptions options,
        Action<ComparePair, string>? onLeftOut,
        CancellationToken stop
    )
    {
        var previews = Path.Combine(folder, options.Name);
        Directory.CreateDirectory(previews);

        var cards = new CompareCard?[pairs.Count];
        var parallel = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, pairs.Count, parallel, index =>
        {
            var pair = pairs[index];
            try
            {
                cards[index] = new CompareCard(
                    pair,
                    PreviewPicture.Make(pair.Before, previews, pair.Title, "before"),
                    PreviewPicture.Make(pair.After, previews, pair.Title, "after"),
                    RelativeLink(folder, pair.After)
                );
            }
            catch (Exception problem) when (problem is PictureException or FileNotFoundException or DirectoryNotFoundException)
            {
                onLeftOut?.Invoke(pair, problem.Message);
            }
        });

        CompareCard[] shown = [.. cards.OfType<CompareCard>()];
        var pages = Math.Max(1, (shown.Length + options.PairsPerPage - 1) / options.PairsPerPage);
        for (var page = 1; page <= pages; page++)
            PageFile.Write<ComparePage>(
                Path.Combine(folder, options.FileName(page)),
                new()
                {
                    [nameof(ComparePage.Options)] = options,
                    [nameof(ComparePage.Cards)] = shown.Skip((page - 1) * options.PairsPerPage).Take(options.PairsPerPage).ToList(),
                    [nameof(ComparePage.Total)] = shown.Length,
                    [nameof(ComparePage.Number)] = page,
                    [nameof(ComparePage.Pages)] = pages,
                }
            );

        return Path.Combine(folder, options.FileName(1));
    }

    // Null if the result is outside the page's folder: the page can be moved with its folder and must not link to an absolute path.
    private static string? RelativeLink(string folder, string file)
    {
        var relative = Path.GetRelativePath(folder, file);
        if (
            Path.IsPathRooted(relative)
            || relative == ".."
            || relative.StartsWith($"..{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        )
            return null;
        return string.Join('/', relative.Split(Path.DirectorySeparatorChar).Select(NameText.ToUriSegment));
    }
}
