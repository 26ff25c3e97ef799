using System.Net;
using System.Text;
using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Reports;

/// <summary>Markup shared by the pages of a report. They are self-contained and need no script.</summary>
internal static class ReportMarkup
{
    /// <summary>A whole page.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="subtitle">A line under it.</param>
    /// <param name="body">Markup.</param>
    public static string Page(string title, string subtitle, string body) =>
        $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="ActorColorize">
            <title>{{Encoded(title)}}</title>
            <style>
            {{Resource("report.css")}}</style>
            </head>
            <body>
            <header><h1>{{Encoded(title)}}</h1><p>{{Encoded(subtitle)}}</p></header>
            <main>
            {{body}}</main>
            <footer>The colours are predicted by a network, not a historical record.</footer>
            </body>
            </html>

            """;

    /// <summary>Text as markup; control characters are made visible.</summary>
    public static string Encoded(string text) => WebUtility.HtmlEncode(PrintableName.Of(text));

    /// <summary>A table that scrolls horizontally if it is wider than the screen.</summary>
    /// <param name="head">Headings: markup.</param>
    /// <param name="rows">Cells of each row: markup. The first is the row's heading.</param>
    public static string Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var html = new StringBuilder("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>");
        foreach (var cell in head)
            html.Append($"<th scope=\"col\">{cell}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            html.Append($"<tr><th scope=\"row\">{row[0]}</th>");
            foreach (var cell in row.Skip(1))
                html.Append($"<td>{cell}</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table></div>\n").ToString();
    }

    /// <summary>The legend of a chart.</summary>
    public static string Legend(IEnumerable<ChartSeries> series) =>
        "<p class=\"legend\">"
        + string.Concat(series.Select(static line => $"<span><i class=\"s{line.Style}\"></i>{Encoded(line.Name)}</span>"))
        + "</p>\n";

    private static string Resource(string name)
    {
        using var stream = typeof(ReportMarkup).Assembly.GetManifestResourceStream($"{typeof(ReportMarkup).Namespace}.{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded in the program");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
