using ActorColorize.Data.Datasets;

namespace ActorColorize.Actors.Inspection;

/// <summary>Computes the findings about a dataset from the facts about its pictures.</summary>
internal static class SurveyFindings
{
    /// <summary>Pictures that are shown as examples of the most and of the least colourful.</summary>
    private const int Examples = 24;

    private const int MostFrequentSizes = 10;

    private static readonly double[] SideEdges = [0, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192];

    private static readonly double[] ColorfulnessEdges = [.. Enumerable.Range(0, 25).Select(static step => 5.0 * step)];

    internal static DatasetFindings Of(
        DatasetSurvey survey,
        IReadOnlyList<PictureSet> splits,
        int side,
        PictureFacts[] facts,
        IReadOnlyDictionary<int, string> unreadable,
        IReadOnlyList<IReadOnlyList<int>> groups,
        IReadOnlySet<int> unlike,
        ColorFindings colors
    )
    {
        int[] read = [.. Enumerable.Range(0, facts.Length).Where(picture => facts[picture].IsRead)];
        var monochromePerSplit = Counts(splits.Count, read.Where(picture => facts[picture].IsMonochrome).Select(survey.SplitOf));
        var unreadablePerSplit = Counts(splits.Count, unreadable.Keys.Where(picture => !facts[picture].IsRead).Select(survey.SplitOf));
        return new DatasetFindings(
            splits[0].Root,
            side,
            [
                .. splits.Select(
                    (split, i) =>
                        new SplitFindings(
                            split.Split,
                            split.Count,
                            monochromePerSplit[i],
                            unreadablePerSplit[i],
                            split.TotalBytes,
                            split.Hash
                        )
                ),
            ],
            Categories(splits),
            read.Length == 0 ? null : Sizes([.. read.Select(picture => facts[picture])]),
            read.Length == 0 ? null : HowColorful(survey, read, facts),
            [.. read.Where(picture => facts[picture].IsMonochrome).Select(survey.Found)],
            [.. unreadable.OrderBy(static entry => entry.Key).Select(entry => Unreadable(survey.Found(entry.Key), entry.Value))],
            Duplicates(survey, groups, unlike),
            colors
        );
    }

    private static int[] Counts(int length, IEnumerable<int> places)
    {
        var counts = new int[length];
        foreach (var place in places)
            counts[place]++;
        return counts;
    }

    private static List<CategoryFindings> Categories(IReadOnlyList<PictureSet> splits)
    {
        var names = splits[0].Categories;
        var counts = new int[names.Count + 1, splits.Count];
        for (var split = 0; split < splits.Count; split++)
        for (var item = 0; item < splits[split].Count; item++)
            counts[splits[split].Label(item) is >= 0 and var label ? label : names.Count, split]++;
        int[] Row(int category) => [.. Enumerable.Range(0, splits.Count).Select(split => counts[category, split])];
        var categories = names.Select((name, label) => new CategoryFindings(name, Row(label))).ToList();
        if (names.Count > 0 && Row(names.Count).Sum() > 0)
            categories.Add(new CategoryFindings("", Row(names.Count)));
        return categories;
    }

    private static SizeFindings Sizes(PictureFacts[] facts)
    {
        var sizes = facts
            .GroupBy(static picture => (picture.Source.Width, picture.Source.Height))
            .Select(static size => new SizeCount(size.Key.Width, size.Key.Height, size.Count()))
            .OrderByDescending(static size => size.Pictures)
            .ThenBy(static size => size.Width)
            .ThenBy(static size => size.Height)
            .ToList();
        return new SizeFindings(
            Spread.Of([.. facts.Select(static picture => (double)picture.Source.Width)]),
            Spread.Of([.. facts.Select(static picture => (double)picture.Source.Height)]),
            Spread.Of([.. facts.Select(static picture => picture.Source.Width * (double)picture.Source.Height / 1e6)]),
            Spread.Of([.. facts.Select(static picture => (double)picture.Source.FileBytes)]),
            Histogram.Of([.. facts.Select(static picture => (double)Math.Min(picture.Source.Width, picture.Source.Height))], SideEdges),
            [.. sizes.Take(MostFrequentSizes)],
            sizes.Count
        );
    }

    private static ColorfulnessFindings HowColorful(DatasetSurvey survey, int[] read, PictureFacts[] facts)
    {
        double[] values = [.. read.Select(picture => (double)facts[picture].Colorfulness)];
        int[] byColor = [.. read.Where(picture => !facts[picture].IsMonochrome).OrderBy(picture => facts[picture].Colorfulness)];
        return new ColorfulnessFindings(
            Spread.Of(values),
            values.Average(),
            Histogram.Of(values, ColorfulnessEdges),
            [.. byColor.Reverse().Take(Examples).Select(survey.Found)],
            [.. byColor.Take(Examples).Select(survey.Found)]
        );
    }

    private static List<DuplicateGroup> Duplicates(
        DatasetSurvey survey,
        IReadOnlyList<IReadOnlyList<int>> groups,
        IReadOnlySet<int> unlike
    ) =>
        [
            .. groups
                // Equality of files is transitive, so one pair of different files means that the files of the group are not all equal.
                .Select(group => new DuplicateGroup([.. group.Select(survey.Found)], !group.Any(unlike.Contains)))
                .OrderByDescending(static group => group.SpansSplits)
                .ThenByDescending(static group => group.IsExact)
                .ThenByDescending(static group => group.Pictures.Count),
        ];

    // A reason begins with the file's path, which is already listed beside it.
    private static FoundUnreadable Unreadable(FoundPicture picture, string reason) =>
        new(
            picture.Split,
            picture.Path,
            reason.StartsWith(picture.File + ": ", StringComparison.Ordinal) ? reason[(picture.File.Length + 2)..] : reason
        );
}
