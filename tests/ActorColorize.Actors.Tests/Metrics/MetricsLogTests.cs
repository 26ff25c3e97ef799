using System.Text.Json;
using ActorColorize.Actors.Metrics;

namespace ActorColorize.Actors.Tests.Metrics;

public sealed class MetricsLogTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    private string LogFile => folder.File("metrics.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lines_come_back_with_every_digit()
    {
        MetricsLine[] lines =
        [
            Event(0, "started", "Größe \"x\" > 1"),
            Train(1, 0.1 + 0.2),
            Train(2, double.NaN) with
            {
                LossMaximum = double.PositiveInfinity,
                RemainingSeconds = 1.0 / 3,
                End = Noon.AddDays(1),
            },
            Train(3, BitConverter.Int64BitsToDouble(0x3FF0_0000_0000_0001)),
            new ValidationLine
            {
                Step = 3,
                Time = Noon,
                Loss = Math.PI,
                BaselineLoss = Math.E,
                Pictures = 1000,
                MeanChroma = 12.5,
                TrueMeanChroma = double.Epsilon,
                Seconds = 1.5,
            },
        ];
        Write(0, lines);

        Assert.Equal(lines, MetricsLog.Read(LogFile));
    }

    [Fact]
    public void A_line_is_plain_JSON_with_kind_and_step_first()
    {
        Write(0, Train(400, 2.5));

        var text = Assert.Single(File.ReadAllLines(LogFile));
        Assert.StartsWith(
            """{"kind":"train","step":400,"time":"2024-05-01T12:00:00+00:00","epoch":1,"loss":2.5,""",
            text,
            StringComparison.Ordinal
        );
        using var json = JsonDocument.Parse(text);
        Assert.Equal(0.25, json.RootElement.GetProperty("data_wait_share").GetDouble());
    }

    [Fact]
    public void A_line_can_be_read_while_the_log_is_open()
    {
        using var log = MetricsLog.Open(LogFile, 0);
        log.Append(Train(1, 1));

        Assert.Equal([Train(1, 1)], MetricsLog.Read(LogFile));
    }

    [Fact]
    public void A_resumed_run_reads_as_one_unbroken_history()
    {
        Write(
            0,
            Event(0, "started"),
            Train(10, 3),
            Train(20, 2),
            Event(20, "checkpoint"),
            Train(30, 1.5),
            Validation(30),
            Event(35, "fault")
        );

        using (var log = MetricsLog.Open(LogFile, 20))
        {
            Assert.Equal(2, log.SupersededLines);
            Assert.Equal(0, log.UnreadableLines);
            log.Append(Event(20, "resumed"));
            log.Append(Train(30, 1.5));
        }

        Assert.Equal(
            [
                Event(0, "started"),
                Train(10, 3),
                Train(20, 2),
                Event(20, "checkpoint"),
                Event(35, "fault"),
                Event(20, "resumed"),
                Train(30, 1.5),
            ],
            MetricsLog.Read(LogFile)
        );
        Assert.Equal([LogFile], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_losses_of_an_interrupted_run_are_those_of_an_unbroken_one()
    {
        double Loss(long step) => 3 + Math.Sin(step) / step;
        var random = new Random(7);
        for (long resumed = 0; resumed < 100; resumed += random.Next(0, 8))
        {
            using var log = MetricsLog.Open(LogFile, resumed);
            for (var step = resumed + 1; step <= resumed + 20; step++)
                log.Append(Train(step, Loss(step)));
        }

        var lines = MetricsLog.Read(LogFile).OfType<TrainLine>().ToList();
        Assert.Equal(Enumerable.Range(1, lines.Count).Select(step => (long)step), lines.Select(line => line.Step));
        Assert.All(lines, line => Assert.Equal(Loss(line.Step), line.Loss));
    }

    [Fact]
    public void A_half_written_last_line_is_dropped()
    {
        Write(0, Train(10, 3));
        File.AppendAllText(LogFile, """{"kind":"train","step":20,"ti""");

        using (var log = MetricsLog.Open(LogFile, 400))
        {
            Assert.Equal(1, log.UnreadableLines);
            log.Append(Train(30, 1));
        }

        Assert.Equal([Train(10, 3), Train(30, 1)], MetricsLog.Read(LogFile));
    }

    [Fact]
    public void Lines_that_cannot_be_read_are_dropped_and_those_of_a_later_version_are_kept()
    {
        const string Later = """{"kind":"histogram","step":5,"bins":[1,2]}""";
        const string LaterBehind = """{"kind":"histogram","step":50,"bins":[1,2]}""";
        File.WriteAllLines(LogFile, ["", "\0\0\0", "[]", "{}", """{"kind":"train","step":"1"}""", Later, LaterBehind]);

        using (var log = MetricsLog.Open(LogFile, 10))
        {
            Assert.Equal(5, log.UnreadableLines);
            Assert.Equal(1, log.SupersededLines);
        }

        Assert.Equal([Later], File.ReadAllLines(LogFile));
        Assert.Empty(MetricsLog.Read(LogFile));
    }

    [Fact]
    public void Opening_again_at_the_same_step_leaves_the_file_as_it_is()
    {
        Write(0, Train(10, 3), Train(20, 2));
        var before = File.ReadAllBytes(LogFile);
        Write(20);

        Assert.Equal(before, File.ReadAllBytes(LogFile));
    }

    private static TrainLine Train(long step, double loss) =>
        new()
        {
            Step = step,
            Time = Noon,
            Epoch = 1,
            Loss = loss,
            LossSum = loss * 1024,
            LossWeightedMean = loss / 2,
            LossMean = loss,
            LossMaximum = loss,
            Steps = 10,
            GradientNorm = 0.5,
            LearningRate = 1e-3,
            PicturesPerSecond = 54.3,
            DataWaitShare = 0.25,
            MemoryBytes = 1_000_000_000,
        };

    private static ValidationLine Validation(long step) =>
        new()
        {
            Step = step,
            Time = Noon,
            Loss = 2,
            BaselineLoss = 3,
            Pictures = 100,
            Seconds = 1,
        };

    private static EventLine Event(long step, string what, string message = "") =>
        new()
        {
            Step = step,
            Time = Noon,
            Event = what,
            Message = message,
        };

    private void Write(long resumedStep, params MetricsLine[] lines)
    {
        using var log = MetricsLog.Open(LogFile, resumedStep);
        foreach (var line in lines)
            log.Append(line);
    }
}
