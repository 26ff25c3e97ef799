using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Client;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Commands.Runs;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.Tests.Displays;

public sealed class RunTimelineTextTests
{
    private static readonly DateTimeOffset Then = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_timeline_names_each_fault_with_cause_action_and_cost_and_what_they_have_changed()
    {
        using var scratch = new ScratchFolder();
        var folder = NewRun(scratch.Path);
        Log(
            folder,
            new EventLine
            {
                Step = 0,
                Time = Then,
                Event = "started",
                Message = "on cpu",
            },
            new TrainLine
            {
                Step = 40,
                Time = Then,
                Epoch = 0,
                Loss = 4,
                LossSum = 4,
                LossWeightedMean = 4,
                LossMean = 4.25,
                LossMaximum = 5,
                Steps = 10,
                GradientNorm = 1,
                LearningRate = 0.001,
                PicturesPerSecond = 10,
                DataWaitShare = 0,
                MemoryBytes = 1,
            },
            new FaultLine
            {
                Step = 41,
                Time = Then,
                Fault = "Sticky",
                Cause = "CUDA error: unspecified launch failure",
                Action = "back to the newest checkpoint",
                LostSteps = 7,
                Seconds = 12.5,
            },
            new FaultLine
            {
                Step = 50,
                Time = Then,
                Fault = "NonFinite",
                Cause = "loss \u001b[31mNaN",
                Action = "the batch is in quarantine",
                LostSteps = 0,
                Seconds = 0,
            },
            new FaultLine
            {
                Step = 60,
                Time = Then,
                Fault = "Sticky",
                Cause = "CUDA error: unspecified launch failure",
                Action = "the run ended",
                LostSteps = 0,
            },
            new EventLine
            {
                Step = 60,
                Time = Then,
                Event = "failed",
                Message = "the same step failed 3 times",
            }
        );
        (RunAdjustments.None.Cut(40, 0.5).Quarantine(50) with { MemoryLevel = 1 }).Save(folder);

        var text = string.Join('\n', RunTimelineText.Lines(folder.Path, RunTimeline.Read(folder), Then.AddHours(1)));

        Assert.Contains("failed: the same step failed 3 times", text, StringComparison.Ordinal);
        Assert.Contains("step 40 of 10,000, loss 4.250", text, StringComparison.Ordinal);
        Assert.Contains("3 (1 NonFinite, 2 Sticky); 7 steps repeated, 12 s lost", text, StringComparison.Ordinal);
        Assert.Contains("step 41  Sticky: CUDA error: unspecified launch failure", text, StringComparison.Ordinal);
        Assert.Contains("back to the newest checkpoint [7 steps, 12.5 s]", text, StringComparison.Ordinal);
        Assert.Contains("the run ended [not recovered]", text, StringComparison.Ordinal);
        Assert.Contains("learning rate times 0.5 from step 40 on", text, StringComparison.Ordinal);
        Assert.Contains("the batch of step 50", text, StringComparison.Ordinal);
        Assert.Contains("activations are computed again", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
    }

    [Fact]
    public void A_run_that_resumes_after_a_failure_is_not_shown_as_failed()
    {
        using var scratch = new ScratchFolder();
        var folder = NewRun(scratch.Path);
        Log(
            folder,
            new EventLine
            {
                Step = 60,
                Time = Then,
                Event = "failed",
                Message = "gone",
            },
            new EventLine
            {
                Step = 40,
                Time = Then,
                Event = "resumed",
                Message = "from step-00000040",
            }
        );

        var lines = RunTimelineText.Lines(folder.Path, RunTimeline.Read(folder), Then.AddSeconds(8)).ToList();

        Assert.Contains(lines, line => line.EndsWith("last heartbeat 8 s ago", StringComparison.Ordinal));
        Assert.Contains(lines, line =>
            line.StartsWith("faults", StringComparison.Ordinal) && line.EndsWith("none", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Json_holds_the_same_and_only_numbers_that_JSON_has()
    {
        using var scratch = new ScratchFolder();
        var folder = NewRun(scratch.Path);
        Log(
            folder,
            new ValidationLine
            {
                Step = 3,
                Time = Then,
                Loss = double.NaN,
                BaselineLoss = 4,
                Pictures = 1,
                Seconds = 1,
            }
        );
        using var screen = new RecordedScreen(OutputStyle.Json);
        using var context = new CommandContext(
            screen.Screen,
            new StopSignals(screen.Screen, _ => { }),
            TimeProvider.System,
            verbose: false
        );

        var code = await new RunShowCommand(context).RunAsync(new RunShowOptions(folder.Path, new ClientOptions()));

        Assert.Equal(ExitCode.Success, code);
        var json = System.Text.Json.JsonDocument.Parse(Assert.Single(screen.Output)).RootElement;
        Assert.Equal("unfinished", json.GetProperty("state").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("validation").ValueKind);
        Assert.Equal(4, json.GetProperty("baseline").GetDouble());
    }

    private static RunFolder NewRun(string path)
    {
        var folder = new RunFolder(path);
        new RunDocument
        {
            RunId = "test-run",
            CreatedAt = Then,
            Program = "tests",
            DataRoot = "/data",
            DataHash = "0123456789abcdef",
            Seed = 7,
            Device = "cpu",
            Precision = Precision.Fp32,
            Threads = 1,
            Configuration = new TrainingConfiguration(),
        }.Save(folder);
        return folder;
    }

    private static void Log(RunFolder folder, params IEnumerable<MetricsLine> lines)
    {
        using var log = MetricsLog.Open(folder.MetricsLog, 0);
        foreach (var line in lines)
            log.Append(line);
    }
}
