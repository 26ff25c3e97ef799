using System.Globalization;
using System.Net;
using System.Text;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Displays;
using NetVips;

namespace ActorColorize.Host.Gallery;

/// <summary>One picture before and after.</summary>
/// <param name="Title">Its title, usually the relative path; unique on the page.</param>
/// <param name="Before">File of the original.</param>
/// <param name="After">File of the result.</param>
/// <param name="Note">A few words under the title, or null.</param>
internal sealed record ComparePair(string Title, string Before, string After, string? Note = null);

/// <summary>Heading and paging of a before/after page.</summary>
internal sealed record ComparePageOptions
{
    /// <summary>The page's heading.</summary>
    public string Heading { get; init; } = "Before and after";

    /// <summary>A line under the heading, for example the model; or null.</summary>
    public string? Subtitle { get; init; }

    /// <summary>Pictures on one page.</summary>
    public int PairsPerPage { get; init; } = 200;

    /// <summary>Name of the first page, without its extension; the folder for previews has the same name.</summary>
    public string Name { get; init; } = "compare";
}

/// <summary>
/// Writes pages that compare pictures before and after with a slider or side by side. They are self-contained, work from disk or a web
/// server, with mouse, touch and keyboard, in light and dark mode, and without scripts still show both pictures.
/// </summary>
internal static class ComparePage
{
    private const int EagerPictures = 4;

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

        var cards = new Card?[pairs.Count];
        var parallel = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, pairs.Count, parallel, index =>
        {
            var pair = pairs[index];
            try
            {
                cards[index] = new Card(
                    pair,
                    PreviewPicture.Make(pair.Before, previews, pair.Title, "before"),
                    PreviewPicture.Make(pair.After, previews, pair.Title, "after")
                );
            }
            catch (Exception problem) when (problem is VipsException or FileNotFoundException or DirectoryNotFoundException)
            {
                onLeftOut?.Invoke(pair, problem.Message);
            }
        });

        Card[] shown = [.. cards.OfType<Card>()];
        var pages = Math.Max(1, (shown.Length + options.PairsPerPage - 1) / options.PairsPerPage);
        for (var page = 1; page <= pages; page++)
        {
            var html = Page(
                folder,
                shown.AsSpan(
                    (page - 1) * options.PairsPerPage,
                    Math.Min(options.PairsPerPage, shown.Length - ((page - 1) * options.PairsPerPage))
                ),
                shown.Length,
                page,
                pages,
                options
            );
            AtomicFile.Write(Path.Combine(folder, PageName(options, page)), stream => stream.Write(Encoding.UTF8.GetBytes(html)));
        }

        return Path.Combine(folder, PageName(options, 1));
    }

    private static string PageName(ComparePageOptions options, int page) =>
        page == 1 ? $"{options.Name}.html" : $"{options.Name}-{page.ToString(CultureInfo.InvariantCulture)}.html";

    private static string Page(string folder, ReadOnlySpan<Card> cards, int total, int page, int pages, ComparePageOptions options)
    {
        var html = new StringBuilder();
        html.Append(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="ActorColorize">
            <title>{{Encoded(options.Heading)}}{{(pages > 1 ? $" ({page} of {pages})" : string.Empty)}}</title>
            <style>
            {{Resource("compare.css")}}</style>
            <noscript><style>.pair { display: grid; grid-template-columns: 1fr 1fr; }
            .pair .before { position: static !important; clip-path: none !important; height: auto !important; order: -1; }
            .bar, .pair input, .modes, .enlarge { display: none !important; }</style></noscript>
            </head>
            <body>
            <header>
            <div><h1>{{Encoded(options.Heading)}}</h1><p>{{Quantities.Count(total, "picture")}}{{(
                options.Subtitle is { } subtitle ? $" · {Encoded(subtitle)}" : string.Empty
            )}}</p></div>
            <div class="modes" role="group" aria-label="How to compare"><button
            type="button" data-mode="slider" aria-pressed="true">Slider</button><button
            type="button" data-mode="side" aria-pressed="false">Side by side</button></div>
            </header>
            <main>
            <div class="grid">

            """
        );
        for (var i = 0; i < cards.Length; i++)
            AppendCard(html, folder, cards[i], options.Name, isFirst: i < EagerPictures);
        html.Append("</div>\n");
        AppendPages(html, page, pages, options);
        html.Append(
            $$"""
            </main>
            <footer>Drag the line, or press <kbd>Tab</kbd> and <kbd>←</kbd> <kbd>→</kbd>. <kbd>s</kbd> switches to side by side.
            Enlarged: <kbd>n</kbd> and <kbd>p</kbd> for the next and previous picture, hold <kbd>Space</kbd> to see the original,
            <kbd>Esc</kbd>
            closes. The colours are predicted by a network, not a historical record.</footer>
            <dialog aria-label="Enlarged picture"><div class="top"><span class="title"></span><button
            type="button" class="close">Close</button></div><div class="stage"></div><div class="bottom"><button
            type="button" class="previous">Previous</button><button type="button" class="next">Next</button></div></dialog>
            <script>
            {{Resource("compare.js")}}</script>
            </body>
            </html>

            """
        );
        return html.ToString();
    }

    private static void AppendCard(StringBuilder html, string folder, Card card, string previews, bool isFirst)
    {
        var title = Encoded(card.Pair.Title);
        var loading = isFirst ? "eager" : "lazy";
        var note = card.Pair.Note is { } text ? $"<span class=\"note\">{Encoded(text)}</span>" : string.Empty;
        var link = RelativeLink(folder, card.Pair.After) is { } target ? $"<a href=\"{target}\">Full size</a>" : string.Empty;
        html.Append(
            $"""
            <figure><div class="pair"><img class="after" src="{previews}/{card.After.FileName}"
            width="{card.After.Width}" height="{card.After.Height}" loading="{loading}" alt="After: {title}"><img
            class="before" src="{previews}/{card.Before.FileName}"
            width="{card.After.Width}" height="{card.After.Height}" loading="{loading}" alt="Before: {title}"><span
            class="bar"></span><span class="tag left">before</span><span class="tag right">after</span><input
            type="range" min="0" max="100" value="50" aria-label="Share of the original shown: {title}"></div>
            <figcaption><span class="name">{title}{note}</span>{link}<button
            type="button" class="enlarge">Enlarge</button></figcaption></figure>

            """
        );
    }

    private static void AppendPages(StringBuilder html, int page, int pages, ComparePageOptions options)
    {
        if (pages == 1)
            return;
        html.Append("<nav class=\"pages\" aria-label=\"Pages\">\n");
        for (var other = 1; other <= pages; other++)
        {
            // Far pages are left out, so that an archive of a million pictures has a short list: first, last, and those around this one.
            var isNear = Math.Abs(other - page) <= 3 || other == 1 || other == pages;
            if (other == page)
                html.Append($"<span aria-current=\"page\">{other}</span>\n");
            else if (isNear)
                html.Append($"<a href=\"{PageName(options, other)}\">{other}</a>\n");
            else if (Math.Abs(other - page) == 4)
                html.Append("<span aria-hidden=\"true\">…</span>\n");
        }

        html.Append("</nav>\n");
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
        return string.Join('/', relative.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(PrintableName.Of(text));

    private static string Resource(string name)
    {
        using var stream = typeof(ComparePage).Assembly.GetManifestResourceStream($"{typeof(ComparePage).Namespace}.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private sealed record Card(ComparePair Pair, PreviewPicture Before, PreviewPicture After);
}
