using ActorColorize.Actors.Inspection;
using Spectre.Console;

namespace ActorColorize.Host.Displays;

/// <summary>The findings of an inspection as text.</summary>
internal static class InspectionText
{
    /// <summary>Names listed of each kind; <c>--json</c> has all of them.</summary>
    private const int Listed = 20;

    private const int ListedGrey = 5;
    private const int BarWidth = 40;

    /// <summary>Shows them.</summary>
    public static void Show(Screen screen, DatasetFindings findings)
    {
        screen.Line($"dataset: {findings.Root}");
        screen.People.Write(Splits(findings));
        if (findings.Categories.Count > 0)
            screen.People.Write(Categories(findings));
        if (findings.Sizes is { } sizes)
            foreach (var line in Sizes(sizes))
                screen.Line(line);
        if (findings.Colorfulness is { } colorfulness)
            foreach (var line in HowColorful(colorfulness))
                screen.Line(line);
        foreach (var line in Colors(findings.Colors))
            screen.Line(line);
        foreach (var line in LeftOut(findings))
            screen.Line(line);
        foreach (var line in Duplicates(findings))
            screen.Line(line);
    }

    private static Table Splits(DatasetFindings findings)
    {
        var table = new Table()
            .Border(TableBorder.Simple)
            .AddColumn("split")
            .AddColumn("pictures")
            .AddColumn("usable")
            .AddColumn("without colour")
            .AddColumn("unreadable")
            .AddColumn("files");
        foreach (var split in findings.Splits)
            table.AddRow(
                Markup.Escape(split.Name),
                Quantities.Count(split.Pictures),
                Quantities.Count(split.Usable),
                Quantities.Count(split.Monochrome),
                Quantities.Count(split.Unreadable),
                Quantities.Bytes(split.Bytes)
            );
        return table;
    }

    private static Table Categories(DatasetFindings findings)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("category");
        foreach (var split in findings.Splits)
            table.AddColumn(Markup.Escape(split.Name));
        foreach (var category in findings.Categories.OrderByDescending(static category => category.Counts.Sum()).Take(Listed))
            table.AddRow([Markup.Escape(NameOf(category)), .. category.Counts.Select(static count => Quantities.Count(count))]);
        if (findings.Categories.Count > Listed)
            table.AddRow($"and {Quantities.Count(findings.Categories.Count - Listed)} more");
        return table;
    }

    /// <summary>A category's display name.</summary>
    public static string NameOf(CategoryFindings category) => category.Name.Length == 0 ? "(none)" : PrintableName.Of(category.Name);

    private static IEnumerable<string> Sizes(SizeFindings sizes)
    {
        yield return $"width {Range(sizes.Width)}; height {Range(sizes.Height)}; {Quantities.Count(sizes.Different, "size")}, most often "
            + string.Join(
                ", ",
                sizes.Most.Take(3).Select(static size => $"{size.Width}x{size.Height} ({Quantities.Count(size.Pictures)})")
            );
        yield return $"file {Quantities.Bytes((long)sizes.FileBytes.Least)} to {Quantities.Bytes((long)sizes.FileBytes.Most)}, median "
            + $"{Quantities.Bytes((long)sizes.FileBytes.Median)}";
    }

    private static string Range(Spread spread) =>
        spread.Least == spread.Most ? $"{spread.Least:0}" : $"{spread.Least:0} to {spread.Most:0}, median {spread.Median:0}";

    private static IEnumerable<string> HowColorful(ColorfulnessFindings found)
    {
        yield return $"colourfulness: mean {found.Mean:0.0}; half of the pictures lie between {found.Spread.LowerQuartile:0.0} and "
            + $"{found.Spread.UpperQuartile:0.0} (15 slightly, 33 moderately, 59 quite, 82 highly colourful)";
        var (histogram, most) = (found.Histogram, found.Histogram.Counts.Max());
        var last = Enumerable.Range(0, histogram.Counts.Count).Last(step => histogram.Counts[step] > 0);
        for (var step = 0; step <= last; step++)
            yield return $"  {histogram.Edges[step], 4:0}  "
                + $"{new string('#', (int)Math.Ceiling((double)BarWidth * histogram.Counts[step] / most)), -BarWidth} "
                + $"{Quantities.Count(histogram.Counts[step])}";
    }

    private static IEnumerable<string> Colors(ColorFindings colors) =>
        colors.Priors.Select(entry =>
            $"colours of '{colors.Split}' in bins '{entry.Bins.Name}': {Quantities.Count(entry.Prior.OccurringBins)} of "
            + $"{Quantities.Count(entry.Bins.Count)} occur, entropy {entry.Prior.EntropyNats:0.00} nats"
        );

    private static IEnumerable<string> LeftOut(DatasetFindings findings)
    {
        yield return $"grey or of a single tint, excluded from training: {Quantities.Count(findings.Monochrome.Count, "picture")}";
        foreach (var picture in findings.Monochrome.Take(ListedGrey))
            yield return $"  {Name(picture)}";
        if (findings.Monochrome.Count > ListedGrey)
            yield return More(findings.Monochrome.Count - ListedGrey);
        yield return $"unreadable: {Quantities.Count(findings.Unreadable.Count, "picture")}";
        foreach (var picture in findings.Unreadable.Take(Listed))
            yield return $"  {picture.Split}: {PrintableName.Of(picture.Path)}: {PrintableName.Of(picture.Reason)}";
        if (findings.Unreadable.Count > Listed)
            yield return More(findings.Unreadable.Count - Listed);
    }

    private static IEnumerable<string> Duplicates(DatasetFindings findings)
    {
        var exact = findings.Duplicates.Count(static group => group.IsExact);
        yield return $"duplicates: {Quantities.Count(findings.Duplicates.Count, "group")} of identical or similar pictures, "
            + $"{Quantities.Count(exact)} of them with identical files";
        var leaks = findings.Leaks.Count();
        if (findings.Splits.Count > 1)
            yield return leaks == 0
                ? "no picture occurs in more than one split"
                : $"{Quantities.Count(leaks, "group")} in more than one split: measures on such pictures are biased, because training "
                    + "has seen them";
        foreach (var group in findings.Duplicates.Take(Listed))
            yield return $"  {(group.IsExact ? "same file" : "look alike")}: "
                + string.Join(" | ", group.Pictures.Take(4).Select(Name))
                + (group.Pictures.Count > 4 ? $" and {group.Pictures.Count - 4} more" : "");
        if (findings.Duplicates.Count > Listed)
            yield return More(findings.Duplicates.Count - Listed);
    }

    private static string Name(FoundPicture picture) => $"{picture.Split}: {PrintableName.Of(picture.Path)}";

    private static string More(int count) => $"  and {Quantities.Count(count)} more (--json lists all)";
}
