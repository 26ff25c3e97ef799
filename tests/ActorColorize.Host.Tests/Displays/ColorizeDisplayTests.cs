using System.Text.Json;
using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Tests.Displays;

public sealed class ColorizeDisplayTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-02T12:00:00Z");
    private static readonly ColorizeEnd End = new(
        new ColorizeTotals(Items: 10, Done: 6, Skipped: 3, Failed: 1, Seconds: 12.5),
        new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["already coloured before"] = 2,
            ["has colour already (--recolor takes it)"] = 1,
        },
        [new ItemProblem("a/bro\nken.jpg", "truncated")],
        "out/manifest.jsonl",
        "out/compare.html",
        Stopped: false
    );

    [Fact]
    public void Progress_is_one_line_every_five_seconds()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        var clock = new HandTurnedClock(Noon);
        var display = ColorizeDisplay.For(screen.Screen, clock);

        for (var second = 0; second < 12; second++)
        {
            display.Moved(
                new ColorizeProgress(
                    200,
                    IsFoundComplete: second > 6,
                    Done: 10 * second,
                    Skipped: second > 6 ? 1 : 0,
                    Failed: 0,
                    10,
                    8.2,
                    second > 6 ? TimeSpan.FromSeconds(20) : null
                )
            );
            clock.Turn(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            [
                "0 of 200 found so far | 10.0 img/s, 8.2 MP/s",
                "50 of 200 found so far | 10.0 img/s, 8.2 MP/s",
                "101 of 200, 1 skipped | 10.0 img/s, 8.2 MP/s, 20 s left, ends 12:00",
            ],
            screen.Output
        );
    }

    [Fact]
    public void A_cancelled_job_says_how_far_it_came()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);

        ColorizeDisplay.For(screen.Screen, new HandTurnedClock(Noon)).Ended(End with { CancelledOf = 1440 });

        Assert.Equal("cancelled: 10 of 1,440", screen.Output[0]);
        Assert.StartsWith("until then: 6 coloured, 3 skipped, 1 failed", screen.Output[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_lists_reasons_and_failures()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);

        ColorizeDisplay.For(screen.Screen, TimeProvider.System).Ended(End);

        Assert.Equal(
            [
                "done: 6 coloured, 3 skipped, 1 failed of 10 pictures in 12 s",
                "  skipped 2: already coloured before",
                "  skipped 1: has colour already (--recolor takes it)",
                "  failed a/bro\\u000aken.jpg: truncated",
                "every picture is listed in out/manifest.jsonl",
                "before and after: out/compare.html",
            ],
            screen.Output
        );
    }

    [Fact]
    public void Many_failures_are_abbreviated()
    {
        var failures = Enumerable.Range(0, 60).Select(number => new ItemProblem($"{number}.jpg", "truncated")).ToList();

        var lines = ColorizeDisplay.Text(End with { Failures = failures, Totals = new ColorizeTotals(200, 0, 0, 200, 1) }).ToList();

        Assert.Equal(ColorizeDisplay.ListedFailures, lines.Count(line => line.StartsWith("  failed", StringComparison.Ordinal)));
        Assert.Contains("  and 150 more", lines);
    }

    [Fact]
    public void A_job_that_waits_reports_why_and_when_it_resumes()
    {
        using var people = new RecordedScreen(OutputStyle.Plain);
        using var programs = new RecordedScreen(OutputStyle.Json);

        foreach (
            var display in new[]
            {
                ColorizeDisplay.For(people.Screen, TimeProvider.System),
                ColorizeDisplay.For(programs.Screen, TimeProvider.System),
            }
        )
        {
            display.Waits("paused by the service (Output): no space left on the disk");
            display.Waits(null);
        }

        Assert.Equal(["waiting: paused by the service (Output): no space left on the disk", "resumed"], people.Output);
        Assert.Equal(
            ["""{"waits_for":"paused by the service (Output): no space left on the disk"}""", """{"waits_for":null}"""],
            programs.Output
        );
    }

    [Fact]
    public void In_JSON_the_last_line_holds_only_the_totals()
    {
        using var screen = new RecordedScreen(OutputStyle.Json);
        var display = ColorizeDisplay.For(screen.Screen, TimeProvider.System);
        display.Preparing("loading the model");
        display.ItemFailed(End.Failures[0]);

        display.Ended(End);

        Assert.Equal(2, screen.Output.Length);
        using var item = JsonDocument.Parse(screen.Output[0]);
        Assert.Equal("a/bro\nken.jpg", item.RootElement.GetProperty("item").GetString());
        Assert.Equal("""{"items":10,"done":6,"skipped":3,"failed":1,"seconds":12.5}""", screen.Output[1]);
        Assert.Empty(screen.Error);
    }
}
