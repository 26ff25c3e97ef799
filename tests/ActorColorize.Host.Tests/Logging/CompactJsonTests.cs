using System.Diagnostics;
using System.Text.Json;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Logging;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Tests.Logging;

public sealed class CompactJsonTests
{
    [Fact]
    public void Everything_is_one_object_a_line_with_what_it_is_about()
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Events);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == nameof(CompactJsonTests),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var tracing = new ActivitySource(nameof(CompactJsonTests));
        string trace;
        using (var log = RunLog.Open(scratch["logs"], "serve", screen.Screen, verbose: false))
        using (var span = tracing.StartActivity("work"))
        {
            trace = span!.TraceId.ToHexString();
            log.Factory.CreateLogger("Jobs").LogInformation("job {Job} has ended: {Outcome}", "20260301-120000-0a1b2c", "Completed");
            log.Factory.CreateLogger("Jobs")
                .LogWarning(new IOException("torn"), "run {Run}: item {Item} of\na.jpg", "20260301-120000-ffffff", 7);
        }

        screen.Screen.Line("serving");
        screen.Screen.Error("no room");

        var lines = screen.Output.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(4, lines.Count);
        Assert.Empty(screen.Error);
        Assert.Equal(
            ("job 20260301-120000-0a1b2c has ended: Completed", "20260301-120000-0a1b2c", "serve", "Jobs", trace),
            (Text(0, "@m"), Text(0, "job"), Text(0, "id"), Text(0, "source"), Text(0, "@tr"))
        );
        Assert.False(lines[0].TryGetProperty("@l", out _));
        Assert.Equal(("Warning", "20260301-120000-ffffff", "7"), (Text(1, "@l"), Text(1, "run"), Text(1, "item")));
        Assert.StartsWith("System.IO.IOException: torn", Text(1, "@x"), StringComparison.Ordinal);
        Assert.Equal(("serving", "Error", "no room"), (Text(2, "@m"), Text(3, "@l"), Text(3, "@m")));
        Assert.All(lines, line => Assert.True(line.GetProperty("@t").GetDateTimeOffset() > DateTimeOffset.UnixEpoch));

        string Text(int line, string name) => lines[line].GetProperty(name).GetString()!;
    }

    [Theory]
    [InlineData("serve --log-format json", false, true, true)]
    [InlineData("serve --log-format=json --quiet", false, true, true)]
    [InlineData("serve --log-format text", true, false, false)]
    [InlineData("serve", true, false, true)]
    [InlineData("serve", true, true, false)]
    [InlineData("serve", false, false, false)]
    [InlineData("job list", true, false, false)]
    public void Json_is_chosen_by_the_option_or_in_a_container(string line, bool isContainer, bool isTerminal, bool isJson) =>
        Assert.Equal(isJson, LogFormat.IsJson(line.Split(' '), isContainer, isTerminal));
}
