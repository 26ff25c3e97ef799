using ActorColorize.Actors.Metrics;

namespace ActorColorize.Actors.Tests.Metrics;

/// <summary>Curves for display: read as the log grows, and thinned without losing an extreme.</summary>
public sealed class RunCurveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorcolorize-tests-");

    private string Log => Path.Combine(_folder.FullName, "metrics.jsonl");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_missing_log_is_an_empty_curve()
    {
        var curve = new RunCurve(Log);

        curve.Refresh();

        Assert.Empty(curve.Points);
    }

    [Fact]
    public void A_refresh_adds_what_was_appended_and_leaves_a_half_written_line_for_later()
    {
        var curve = new RunCurve(Log);
        using (var log = MetricsLog.Open(Log, 0))
        {
            log.Append(Line(10));
            log.Append(Line(20));
            curve.Refresh();
            Assert.Equal([10, 20], Steps(curve));
            var version = curve.Version;

            log.Append(
                new EventLine
                {
                    Step = 20,
                    Time = DateTimeOffset.UnixEpoch,
                    Event = "checkpoint",
                    Message = "saved",
                }
            );
            log.Append(Line(30));
            curve.Refresh();
            Assert.Equal([10, 20, 30], Steps(curve));
            Assert.Equal("checkpoint", Assert.IsType<EventLine>(Assert.Single(curve.Marks)).Event);
            Assert.Equal(version, curve.Version);
        }

        var whole = File.ReadAllText(Log).Split('\n')[^2];
        File.AppendAllText(Log, whole[..40]);
        curve.Refresh();
        Assert.Equal([10, 20, 30], Steps(curve));
        File.AppendAllText(Log, whole[40..] + "\n");
        curve.Refresh();
        Assert.Equal([10, 20, 30, 30], Steps(curve));
    }

    [Fact]
    public void A_resumed_run_gives_each_step_once_and_another_version()
    {
        var curve = new RunCurve(Log);
        using (var log = MetricsLog.Open(Log, 0))
        {
            for (var step = 10; step <= 50; step += 10)
                log.Append(Line(step));
        }

        curve.Refresh();
        var version = curve.Version;
        using (var log = MetricsLog.Open(Log, 20)) // removes what comes after the checkpoint
        {
            for (var step = 30; step <= 70; step += 10)
                log.Append(Line(step, loss: 9));
            curve.Refresh();
        }

        Assert.Equal([10, 20, 30, 40, 50, 60, 70], Steps(curve));
        Assert.Equal(9, curve.Points[2].Loss);
        Assert.NotEqual(version, curve.Version);
    }

    [Fact]
    public void Thinning_keeps_the_ends_and_every_extreme_within_the_limit()
    {
        var random = new Random(7);
        var points = Enumerable.Range(0, 20_000).Select(i => Point(i, random.NextSingle())).ToList();
        points[4321] = points[4321] with { Loss = 50 };
        points[7777] = points[7777] with { Loss = -50 };
        points[12_345] = points[12_345] with { PicturesPerSecond = 900 };
        points[15_001] = points[15_001] with { MemoryBytes = 1 };
        points[15_002] = points[15_002] with { Loss = float.NaN };

        var thinned = CurvePoint.Thinned(points, 600);

        Assert.InRange(thinned.Count, 100, 600);
        Assert.Equal((points[0], points[^1]), (thinned[0], thinned[^1]));
        Assert.Equal([4321, 7777, 12_345, 15_001], thinned.Select(point => point.Step).Intersect([4321L, 7777, 12_345, 15_001]));
        Assert.Equal(thinned.Select(point => point.Step).Order().Distinct(), thinned.Select(point => point.Step));
    }

    [Fact]
    public void Few_points_are_left_as_they_are()
    {
        var points = Enumerable.Range(0, 12).Select(i => Point(i, i)).ToList();

        Assert.Equal(points, CurvePoint.Thinned(points, 12));
        Assert.Throws<ArgumentOutOfRangeException>(() => CurvePoint.Thinned(points, 11));
    }

    private static CurvePoint Point(long step, float value) => new(step, step, value, value, value, value, value, 100 + step);

    private static long[] Steps(RunCurve curve) => [.. curve.Points.Select(point => point.Step)];

    private static TrainLine Line(long step, double loss = 1) =>
        new()
        {
            Step = step,
            Time = DateTimeOffset.UnixEpoch.AddSeconds(step),
            Epoch = 0,
            Loss = loss,
            LossSum = loss,
            LossWeightedMean = loss,
            LossMean = loss,
            LossMaximum = loss,
            Steps = 10,
            GradientNorm = 1,
            LearningRate = 0.1,
            PicturesPerSecond = 5,
            DataWaitShare = 0,
            MemoryBytes = 1,
        };
}
