namespace ActorColorize.Model.Color;

/// <summary>
/// The points of the ab plane, in steps of 10, for which some lightness gives a colour inside sRGB: the bins of the published networks
/// (Zhang, Isola, Efros, Colorful Image Colorization, ECCV 2016; <c>pts_in_hull</c>).
/// </summary>
internal static class InGamutPoints
{
    private const int Step = 10;

    /// <summary>For each a from −90 to 100 the first and the last b. Rows have no gaps.</summary>
    private static readonly (int First, int Last)[] RowsOfB =
    [
        (50, 90),
        (20, 90),
        (0, 90),
        (-20, 90),
        (-30, 100),
        (-40, 100),
        (-50, 100),
        (-50, 100),
        (-60, 100),
        (-70, 100),
        (-80, 90),
        (-80, 90),
        (-90, 90),
        (-100, 90),
        (-100, 80),
        (-110, 80),
        (-110, 80),
        (-110, 70),
        (-110, 70),
        (-90, 0),
    ];

    /// <summary>[313, 2]: a, b; ordered by a, then by b.</summary>
    public static float[,] Step10()
    {
        var points = RowsOfB
            .SelectMany(
                static (row, i) =>
                    Enumerable.Range(0, (row.Last - row.First) / Step + 1).Select(j => (A: -90 + Step * i, B: row.First + Step * j))
            )
            .ToArray();
        var centers = new float[points.Length, 2];
        for (var bin = 0; bin < points.Length; bin++)
            (centers[bin, 0], centers[bin, 1]) = (points[bin].A, points[bin].B);
        return centers;
    }
}
