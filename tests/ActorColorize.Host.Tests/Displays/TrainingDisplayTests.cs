using System.Text.Json;
using ActorColorize.Host.Displays;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Tests.Displays;

public sealed class TrainingDisplayTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-02T12:00:00Z");

    private static readonly RunId Run = new("k3f9");

    private static readonly StepWindow Window = new(
        Epoch: 3,
        LossMean: 3.4123,
        LossMaximum: 4.0034,
        LearningRate: 0.00091,
        PicturesPerSecond: 41.23,
        DataWaitShare: 0.031,
        ResidentBytes: 812_000_000,
        Remaining: TimeSpan.FromMinutes(12.5)
    );

    [Fact]
    public void A_log_step_is_one_line()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);

        TrainingDisplay.For(screen.Screen, new HandTurnedClock(Noon)).Logged(Run, new StepNumber(400), 2000, Window, null);

        Assert.Equal(
            "epoch 3 | step 400/2,000 | loss 3.412 (max 4.003) | lr 9.1e-4 | 41.2 img/s | data wait 3 % | 812 MB | 12 min 30 s "
                + "left, ends 12:12",
            Assert.Single(screen.Output)
        );
    }

    [Fact]
    public void A_new_validation_is_shown_next_to_the_baseline()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);

        TrainingDisplay
            .For(screen.Screen, new HandTurnedClock(Noon))
            .Logged(
                Run,
                new StepNumber(400),
                2000,
                Window with
                {
                    Remaining = null,
                },
                new RunValidation(new StepNumber(400), 3.3771, 4.6024)
            );

        Assert.Equal(
            "epoch 3 | step 400/2,000 | loss 3.412 (max 4.003) | val 3.377 (baseline 4.602) | lr 9.1e-4 | 41.2 img/s | data wait "
                + "3 % | 812 MB",
            Assert.Single(screen.Output)
        );
    }

    [Fact]
    public void Fast_steps_are_thinned_out_except_validations_and_the_last()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        var clock = new HandTurnedClock(Noon);
        var display = TrainingDisplay.For(screen.Screen, clock);

        for (var step = 1; step <= 100; step++)
        {
            display.Logged(Run, new StepNumber(step), 100, Window, step == 33 ? new RunValidation(new StepNumber(step), 3, 4) : null);
            clock.Turn(TimeSpan.FromMilliseconds(100));
        }

        string[] shown = [.. screen.Output.Select(line => line.Split(" | ")[1])];
        Assert.Equal(["step 1/100", "step 21/100", "step 33/100", "step 53/100", "step 73/100", "step 93/100", "step 100/100"], shown);
    }

    [Fact]
    public void In_JSON_there_is_one_object_at_the_end()
    {
        using var screen = new RecordedScreen(OutputStyle.Json);
        var display = TrainingDisplay.For(screen.Screen, new HandTurnedClock(Noon));
        display.Preparing("counting colours", 1, 2);
        display.Started(new TrainingStart("k3f9", "runs/1", 600, 60, "tiny", "cpu", "bf16", 2, 100, null));
        display.Logged(Run, new StepNumber(100), 100, Window, null);
        display.Saved(100, "c", null);

        display.Ended(new TrainingEnd("k3f9", "runs/1", 100, 100, 12.5, 3.4, 3.3, 4.6, "c", null, Stopped: false));

        using var json = JsonDocument.Parse(Assert.Single(screen.Output));
        Assert.Equal(
            ["run", "folder", "step", "steps", "seconds", "loss", "validation", "baseline", "checkpoint", "panel", "stopped"],
            json.RootElement.EnumerateObject().Select(property => property.Name)
        );
        Assert.Equal(3.3, json.RootElement.GetProperty("validation").GetDouble());
    }

    [Fact]
    public void The_end_says_whether_the_network_has_learned()
    {
        var learned = TrainingDisplay.Text(new TrainingEnd("k3f9", "runs/1", 100, 100, 12.5, 3.4, 3.0, 4.0, "c", null, Stopped: false));
        var stopped = TrainingDisplay.Text(new TrainingEnd("k3f9", "runs/1", 40, 100, 12.5, 3.4, 4.1, 4.0, "c", "p.png", Stopped: true));

        Assert.Equal(
            [
                "done: step 100 of 100 after 12 s",
                "validation loss 3.000, trivial baseline 4.000 (25 % below: the network has learned)",
                "checkpoint: c",
            ],
            learned
        );
        Assert.Equal(
            [
                "stopped and saved: step 40 of 100 after 12 s; the same command resumes from here",
                "validation loss 4.100, trivial baseline 4.000 (not below: the network has not learned yet)",
                "checkpoint: c",
                "panel (grey, ours, truth): p.png",
            ],
            stopped
        );
    }
}
