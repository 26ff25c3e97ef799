using ActorColorize.Actors.Inspection;

namespace ActorColorize.Host.Displays;

/// <summary>The findings of an inspection as JSON: all names, and pictures as split and path.</summary>
internal static class InspectionJson
{
    /// <summary>An object for <see cref="Screen.Json"/>.</summary>
    public static object Of(DatasetFindings findings) =>
        new
        {
            findings.Root,
            findings.Side,
            findings.Splits,
            Categories = findings.Categories.Select(category => new { category.Name, Pictures = BySplit(findings, category.Counts) }),
            findings.Sizes,
            Colorfulness = findings.Colorfulness is not { } found
                ? null
                : new
                {
                    found.Mean,
                    found.Spread,
                    found.Histogram,
                    Highest = found.Highest.Select(Measured),
                    Lowest = found.Lowest.Select(Measured),
                },
            Monochrome = findings.Monochrome.Select(Named),
            findings.Unreadable,
            Duplicates = findings.Duplicates.Select(group => new
            {
                Exact = group.IsExact,
                group.SpansSplits,
                Pictures = group.Pictures.Select(Named),
            }),
            Colors = new
            {
                findings.Colors.Split,
                Bins = findings.Colors.Priors.Select(entry => new
                {
                    entry.Bins.Name,
                    entry.Prior.TotalPixels,
                    entry.Prior.OccurringBins,
                    entry.Prior.EntropyNats,
                    entry.Prior.Counts,
                }),
            },
        };

    private static Dictionary<string, int> BySplit(DatasetFindings findings, IReadOnlyList<int> counts) =>
        findings.Splits.Zip(counts).ToDictionary(static pair => pair.First.Name, static pair => pair.Second, StringComparer.Ordinal);

    private static object Named(FoundPicture picture) => new { picture.Split, picture.Path };

    private static object Measured(FoundPicture picture) =>
        new
        {
            picture.Split,
            picture.Path,
            picture.Colorfulness,
        };
}
