namespace ActorColorize.Host.Charts;

/// <summary>An axis of a chart, linear from end to end.</summary>
/// <param name="Title">What it measures.</param>
/// <param name="Least">Its lower end.</param>
/// <param name="Most">Its upper end.</param>
/// <param name="Ticks">Where it is marked, and with what.</param>
public sealed record ChartAxis(string Title, double Least, double Most, IReadOnlyList<(double At, string Text)> Ticks)
{
    /// <summary>An axis marked in even steps.</summary>
    public static ChartAxis Even(string title, double least, double most, double step) =>
        new(title, least, most, [.. Marks(least, most, step).Select(static at => (at, at.ToString("0.##")))]);

    /// <summary>An axis of differences, with a margin at both ends of the values.</summary>
    public static ChartAxis Around(string title, IReadOnlyList<double> values)
    {
        var room = Math.Max(0.25, 0.04 * (values.Max() - values.Min()));
        var (least, most) = (values.Min() - room, values.Max() + room);
        var step = (most - least) switch
        {
            < 3 => 0.5,
            < 8 => 1,
            < 20 => 2,
            _ => 5,
        };
        return new(title, least, most, [.. Marks(least, most, step).Select(static at => (at, at.ToString("+0.#;−0.#;0")))]);
    }

    private static IEnumerable<double> Marks(double least, double most, double step)
    {
        var first = (int)Math.Ceiling(least / step);
        return Enumerable.Range(first, (int)Math.Floor(most / step) - first + 1).Select(number => number * step);
    }
}

/// <summary>The place of a chart's axes within its picture, in the picture's units; y grows downwards.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Right">Its right edge.</param>
/// <param name="Bottom">Its lower edge.</param>
/// <param name="XAxis">The horizontal axis.</param>
/// <param name="YAxis">The vertical axis.</param>
public sealed record ChartArea(double Left, double Top, double Right, double Bottom, ChartAxis XAxis, ChartAxis YAxis)
{
    /// <summary>The place of a value on the horizontal axis.</summary>
    public double X(double value) => Place(XAxis, value, Left, Right);

    /// <summary>The place of a value on the vertical axis.</summary>
    public double Y(double value) => Place(YAxis, value, Bottom, Top);

    /// <summary>A point of a line: "12.5,80".</summary>
    public string Point((double X, double Y) point) => $"{X(point.X)},{Y(point.Y)}";

    private static double Place(ChartAxis axis, double value, double from, double to) =>
        Math.Round(from + (value - axis.Least) / (axis.Most - axis.Least) * (to - from), 1);
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Style">The index of its colour in the style sheet of the pages.</param>
/// <param name="Points">Points in the axes' units, from left to right.</param>
public sealed record ChartSeries(string Name, int Style, IReadOnlyList<(double X, double Y)> Points);
