namespace ActorColorize.Actors.Metrics;

/// <summary>One point of a run's training curve: what <see cref="TrainLine"/> says about a window of steps, in less memory.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="UnixMilliseconds">When the window ended.</param>
/// <param name="Loss">Mean loss per pixel over the window, weighted nats.</param>
/// <param name="LossMaximum">The largest loss of a step in the window.</param>
/// <param name="LearningRate">Of the window's last step.</param>
/// <param name="PicturesPerSecond">Over the window.</param>
/// <param name="DataWaitShare">Share of the window in which the device waited for pictures, 0 to 1.</param>
/// <param name="MemoryBytes">Resident memory of the device's process.</param>
public readonly record struct CurvePoint(
    long Step,
    long UnixMilliseconds,
    float Loss,
    float LossMaximum,
    float LearningRate,
    float PicturesPerSecond,
    float DataWaitShare,
    long MemoryBytes
)
{
    private static readonly Func<CurvePoint, double>[] Series =
    [
        static point => point.Loss,
        static point => point.LossMaximum,
        static point => point.PicturesPerSecond,
        static point => point.DataWaitShare,
        static point => point.MemoryBytes,
    ];

    /// <summary>The point of a line.</summary>
    public static CurvePoint Of(TrainLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return new(
            line.Step,
            line.Time.ToUnixTimeMilliseconds(),
            (float)line.LossMean,
            (float)line.LossMaximum,
            (float)line.LearningRate,
            (float)line.PicturesPerSecond,
            (float)line.DataWaitShare,
            line.MemoryBytes
        );
    }

    /// <summary>
    /// At most so many of the points, in their order. The points are divided into stretches of equal length; of each stretch the first and
    /// the last point are kept, and those with the smallest and the largest value of each series, so that no extreme is lost.
    /// </summary>
    /// <param name="points">The points.</param>
    /// <param name="most">Largest number of points to keep; at least 12.</param>
    public static IReadOnlyList<CurvePoint> Thinned(IReadOnlyList<CurvePoint> points, int most)
    {
        ArgumentNullException.ThrowIfNull(points);
        var perStretch = 2 + (2 * Series.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, perStretch);
        if (points.Count <= most)
            return points;
        var stretches = most / perStretch;
        var kept = new List<CurvePoint>(most);
        var chosen = new SortedSet<int>();
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var begin = (int)((long)points.Count * stretch / stretches);
            var end = (int)((long)points.Count * (stretch + 1) / stretches);
            chosen.Add(begin);
            chosen.Add(end - 1);
            foreach (var value in Series)
                Extremes(points, begin, end, value, chosen);
            kept.AddRange(chosen.Select(index => points[index]));
            chosen.Clear();
        }

        return kept;
    }

    private static void Extremes(
        IReadOnlyList<CurvePoint> points,
        int begin,
        int end,
        Func<CurvePoint, double> value,
        SortedSet<int> chosen
    )
    {
        var (least, most) = (-1, -1);
        for (var index = begin; index < end; index++)
        {
            var here = value(points[index]);
            if (!double.IsFinite(here))
                continue;
            if (least < 0 || here < value(points[least]))
                least = index;
            if (most < 0 || here > value(points[most]))
                most = index;
        }

        if (least < 0)
            return;
        chosen.Add(least);
        chosen.Add(most);
    }
}
