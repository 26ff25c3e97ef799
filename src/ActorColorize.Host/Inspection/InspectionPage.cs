using System.Net;
using System.Text;
using ActorColorize.Actors.Inspection;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Inspection;

/// <summary>Writes the findings of an inspection as one self-contained page.</summary>
internal static class InspectionPage
{
    private const string Name = "dataset.html";
    private const int MostGroups = 60;
    private const int MostPicturesOfGroup = 8;
    private const int MostGrey = 24;
    private const int MostNames = 1000;

    /// <summary>Writes the page.</summary>
    /// <param name="folder">The target folder; it must exist.</param>
    /// <param name="findings">The findings.</param>
    /// <returns>The page's file.</returns>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static string Write(string folder, DatasetFindings findings)
    {
        var path = Path.Combine(folder, Name);
        var html = Page(findings);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(html)));
        return path;
    }

    private static string Page(DatasetFindings findings)
    {
        var html = new StringBuilder();
        var name = Encoded(Path.GetFileName(Path.TrimEndingDirectorySeparator(findings.Root)));
        html.Append(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="ActorColorize">
            <title>Dataset {name}</title>
            <style>
            {Style()}</style>
            </head>
            <body>
            <header><h1>Dataset {name}</h1>
            <p class="soft">{Quantities.Count(
                findings.Splits.Sum(static split => (long)split.Pictures),
                "picture"
            )}, each looked at as the {findings.Side} × {findings.Side} square that training sees.</p></header>
            <main>

            """
        );
        AppendSplits(html, findings);
        AppendSizes(html, findings);
        AppendColors(html, findings);
        AppendDuplicates(html, findings);
        AppendLeftOut(html, findings);
        html.Append("</main>\n<footer>Made by <code>actorcolorize dataset inspect</code>.</footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void AppendSplits(StringBuilder html, DatasetFindings findings)
    {
        html.Append("<h2>Splits</h2>\n");
        Table(
            html,
            ["split", "pictures", "usable", "without colour", "unreadable", "files"],
            findings.Splits.Select(static split =>
                (string[])
                    [
                        Encoded(split.Name),
                        Quantities.Count(split.Pictures),
                        Quantities.Count(split.Usable),
                        Quantities.Count(split.Monochrome),
                        Quantities.Count(split.Unreadable),
                        Quantities.Bytes(split.Bytes),
                    ]
            )
        );
        if (findings.Categories.Count == 0)
            return;
        html.Append(
            $"<h2>Categories</h2>\n<p "
                + $"class=\"soft\">{Quantities.Count(findings.Categories.Count(static category => category.Name.Length > 0))} by "
                + "name.</p>\n"
        );
        Table(
            html,
            ["category", .. findings.Splits.Select(static split => Encoded(split.Name))],
            findings
                .Categories.Take(MostNames)
                .Select(static category =>
                    (string[])[Encoded(InspectionText.NameOf(category)), .. category.Counts.Select(static count => Quantities.Count(count))]
                )
        );
    }

    private static void AppendSizes(StringBuilder html, DatasetFindings findings)
    {
        if (findings.Sizes is not { } sizes)
            return;
        static string[] Row(string name, Spread spread, Func<double, string> text) =>
            [name, text(spread.Least), text(spread.LowerQuartile), text(spread.Median), text(spread.UpperQuartile), text(spread.Most)];
        html.Append("<h2>Sizes</h2>\n<div class=\"side\"><div>");
        Table(
            html,
            ["", "least", "quarter", "median", "three quarters", "most"],
            [
                Row("width", sizes.Width, static value => $"{value:0}"),
                Row("height", sizes.Height, static value => $"{value:0}"),
                Row("megapixels", sizes.Megapixels, static value => $"{value:0.00}"),
                Row("file", sizes.FileBytes, static value => Quantities.Bytes((long)value)),
            ]
        );
        html.Append(
            $"<p class=\"soft\">{Quantities.Count(sizes.Different, "size")}; most often "
                + string.Join(
                    ", ",
                    sizes.Most.Take(5).Select(static size => $"{size.Width} × {size.Height} ({Quantities.Count(size.Pictures)})")
                )
                + ".</p>\n</div><div>"
        );
        if (sizes.Different > 1)
            html.Append(HistogramPlot.Draw(sizes.ShorterSide, "Pictures by their shorter side"))
                .Append("<p class=\"soft\">Pictures by their shorter side in pixels.</p>");
        html.Append("</div></div>\n");
    }

    private static void AppendColors(StringBuilder html, DatasetFindings findings)
    {
        if (findings.Colorfulness is not { } found)
            return;
        html.Append(
            $"<h2>Colourfulness</h2>\n<p>Mean {found.Mean:0.0}, median {found.Spread.Median:0.0} (Hasler and Süsstrunk): 15 is slightly, "
                + "33 moderately, 59 quite, 82 highly colourful.</p>\n"
        );
        html.Append("<div class=\"plot\">").Append(HistogramPlot.Draw(found.Histogram, "Pictures by colourfulness")).Append("</div>\n");
        html.Append("<h2>The most colourful</h2>\n");
        Pictures(html, found.Highest, showMeasure: true);
        html.Append("<h2>The palest that training uses</h2>\n");
        Pictures(html, found.Lowest, showMeasure: true);

        html.Append(
            $"<h2>Colours of '{Encoded(findings.Colors.Split)}'</h2>\n<p>How often each colour occurs in its usable pictures: the prior "
                + "that sets the weight of rare colours in training. Hover over a cell to see its share.</p>\n<div class=\"side\">\n"
        );
        foreach (var (bins, prior) in findings.Colors.Priors)
            html.Append(
                $"<div>{PriorPlot.Draw(bins, prior)}<p class=\"soft\">Bins '{bins.Name}': {prior.OccurringBins} of {bins.Count} occur; "
                    + $"entropy {prior.EntropyNats:0.00} nats.</p></div>\n"
            );
        html.Append("</div>\n");
    }

    private static void AppendDuplicates(StringBuilder html, DatasetFindings findings)
    {
        var leaks = findings.Leaks.Count();
        html.Append(
            $"<h2>Duplicates</h2>\n<p>{Quantities.Count(findings.Duplicates.Count, "group")} of identical or similar pictures, "
                + $"{Quantities.Count(findings.Duplicates.Count(static group => group.IsExact))} of them with identical files.</p>\n"
        );
        if (leaks > 0)
            html.Append(
                $"<p class=\"alarm\">{Quantities.Count(leaks, "group")} in more than one split: measures on such pictures are biased, "
                    + "because training has seen them.</p>\n"
            );
        html.Append("<div class=\"groups\">\n");
        foreach (var group in findings.Duplicates.Take(MostGroups))
        {
            html.Append(
                $"<div class=\"group{(group.SpansSplits ? " leak" : "")}\"><h3>{(group.IsExact ? "The same file" : "Look alike")}"
                    + $"{(group.SpansSplits ? ", in more than one split" : "")}: {Quantities.Count(group.Pictures.Count, "picture")}</h3>\n"
            );
            Pictures(html, [.. group.Pictures.Take(MostPicturesOfGroup)], showMeasure: false);
            html.Append("</div>\n");
        }

        html.Append("</div>\n");
        if (findings.Duplicates.Count > MostGroups)
            html.Append(
                $"<p class=\"soft\">and {Quantities.Count(findings.Duplicates.Count - MostGroups)} more groups; <code>--json</code> "
                    + "lists all.</p>\n"
            );
    }

    private static void AppendLeftOut(StringBuilder html, DatasetFindings findings)
    {
        html.Append(
            $"<h2>Without colour</h2>\n<p>{Quantities.Count(findings.Monochrome.Count, "picture")} grey or of a single tint. Training "
                + "excludes them, because they would bias it towards grey.</p>\n"
        );
        Pictures(html, [.. findings.Monochrome.Take(MostGrey)], showMeasure: false);
        Names(html, findings.Monochrome.Count, findings.Monochrome.Select(static picture => $"{picture.Split}: {picture.Path}"));
        html.Append($"<h2>Unreadable</h2>\n<p>{Quantities.Count(findings.Unreadable.Count, "picture")}.</p>\n");
        if (findings.Unreadable.Count > 0)
            Names(
                html,
                findings.Unreadable.Count,
                findings.Unreadable.Select(static picture => $"{picture.Split}: {picture.Path}: {picture.Reason}")
            );
    }

    private static void Pictures(StringBuilder html, IReadOnlyList<FoundPicture> pictures, bool showMeasure)
    {
        if (pictures.Count == 0)
            return;
        html.Append("<ul class=\"pictures\">\n");
        foreach (var picture in pictures)
        {
            var name = Encoded($"{picture.Split}: {picture.Path}");
            var image = InlinePicture.Of(picture.File) is { } uri ? $"<img src=\"{uri}\" alt=\"{name}\" loading=\"lazy\">" : "";
            html.Append($"<li>{image}<span>{(showMeasure ? $"{picture.Colorfulness:0.0} · " : "")}{name}</span></li>\n");
        }

        html.Append("</ul>\n");
    }

    private static void Names(StringBuilder html, int count, IEnumerable<string> names)
    {
        if (count == 0)
            return;
        html.Append("<details><summary>Names</summary><ul>\n");
        foreach (var name in names.Take(MostNames))
            html.Append($"<li>{Encoded(name)}</li>\n");
        if (count > MostNames)
            html.Append($"<li>and {Quantities.Count(count - MostNames)} more; <code>--json</code> lists all</li>\n");
        html.Append("</ul></details>\n");
    }

    /// <summary>A table whose cells are HTML.</summary>
    private static void Table(StringBuilder html, string[] head, IEnumerable<string[]> rows)
    {
        html.Append("<div class=\"wide\"><table><thead><tr>")
            .AppendJoin("", head.Select(static cell => $"<th>{cell}</th>"))
            .Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
            html.Append("<tr>").AppendJoin("", row.Select(static cell => $"<td>{cell}</td>")).Append("</tr>\n");
        html.Append("</tbody></table></div>\n");
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(PrintableName.Of(text));

    private static string Style()
    {
        const string File = "inspection.css";
        using var stream = typeof(InspectionPage).Assembly.GetManifestResourceStream($"{typeof(InspectionPage).Namespace}.{File}")
            ?? throw new InvalidOperationException($"{File} is not embedded in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
