using System.Diagnostics;
using System.Text.Json;
using ActorColorize.Actors.DeviceProcess;
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

    /// <summary>A node's device process writes an event; the node and then the daemon pass it on.</summary>
    [Fact]
    public void An_event_of_another_process_stays_the_event_that_it_was()
    {
        const string line =
            """{"@t":"2026-03-01T12:00:00.0000000Z","@l":"Error","@m":"{a} is torn","@x":"E: torn\n   at f()","""
            + """
                "@tr":"0af7651916cd43dd8448eb211c80319c","@sp":"b7ad6b7169203331","id":"d","source":"Output",
                """
            + """
                "job":"20260301-120000-0a1b2c","item":"7"}
                """;
        using var scratch = new ScratchFolder();
        var said = line;
        foreach (var hop in new[] { "device", "node" })
        {
            using var screen = new RecordedScreen(OutputStyle.Events);
            using (var log = RunLog.Open(scratch[hop], "serve", screen.Screen, verbose: false))
            {
                if (hop == "device")
                    log.Factory.CreateLogger<DeviceProcessActor>().LogInformation("{Message}", said);
                else
                    Assert.True(log.Relay("device-0", said));
            }

            said = Assert.Single(screen.Output);
            Assert.Contains("[ERR] serve Output {a} is torn", File.ReadAllText(Path.Combine(scratch[hop], "actorcolorize.log")));
        }

        var expected = JsonDocument
            .Parse(line)
            .RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => $"{member.Value}");
        expected["process"] = "device";
        expected["node"] = "device-0";
        var relayed = JsonDocument
            .Parse(said)
            .RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => $"{member.Value}");
        Assert.Equal(expected.OrderBy(member => member.Key), relayed.OrderBy(member => member.Key));
    }

    [Theory]
    [InlineData("an ordinary line")]
    [InlineData("{\"@t\":\"2026-03-01T12:00:00Z\",\"@m\":\"cut off")]
    [InlineData("{\"@t\":\"yesterday\",\"@m\":\"x\"}")]
    [InlineData("{\"@t\":\"2026-03-01T12:00:00Z\"}")]
    public void What_is_no_event_stays_text(string line)
    {
        using var scratch = new ScratchFolder();
        using var screen = new RecordedScreen(OutputStyle.Events);
        using var log = RunLog.Open(scratch["logs"], "serve", screen.Screen, verbose: false);
        Assert.False(log.Relay("node", line));
        log.Factory.CreateLogger<DeviceProcessActor>().LogInformation("{Message}", line);
        Assert.Equal(line, JsonDocument.Parse(Assert.Single(screen.Output)).RootElement.GetProperty("@m").GetString());
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
