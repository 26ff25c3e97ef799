using ActorColorize.Actors.DeviceProcess;

namespace ActorColorize.Actors.Tests.DeviceProcess;

public sealed class OutputTailTests
{
    [Fact]
    public async Task Lines_are_forwarded_one_by_one_and_the_last_one_that_is_not_a_warning_is_kept()
    {
        var (tail, lines) = await ReadAsync("first\n\n  second \r\nwarning: third");

        Assert.Equal(["first", "second", "warning: third"], lines);
        Assert.Equal("second", tail.Last);
    }

    [Fact]
    public async Task A_line_without_an_end_takes_bounded_memory()
    {
        var (_, lines) = await ReadAsync(new string('x', 1_000_000));

        Assert.Equal(1000, Assert.Single(lines).Length);
    }

    [Fact]
    public async Task An_event_of_the_log_may_be_longer_and_reports_no_failure()
    {
        var logged = $$"""{"@t":"2026-03-01T12:00:00Z","@m":"{{new string('x', 5000)}}"}""";
        var (tail, lines) = await ReadAsync($"broken\n{logged}\n{{{new string('y', 100_000)}");

        Assert.Equal(logged, lines[1]);
        Assert.Equal(16_000, lines[2].Length);
        Assert.Equal(1000, tail.Last!.Length);
    }

    [Theory]
    [InlineData(139, "Segmentation fault", "was ended by SIGSEGV: Segmentation fault")]
    [InlineData(137, null, "was ended by SIGKILL")]
    [InlineData(86, "CUDA error: illegal address", "left because its device's context is dead: CUDA error: illegal address")]
    [InlineData(6, null, "ended with exit code 6")]
    [InlineData(128 + 31, null, "was ended by SIGSYS")]
    [InlineData(128 + 35, null, "was ended by signal 35")]
    public void An_end_is_described_in_one_clause(int exitCode, string? lastWords, string expected) =>
        Assert.Equal(expected, new ProcessEnd(exitCode, lastWords).ToString());

    private static async Task<(OutputTail Tail, List<string> Lines)> ReadAsync(string text)
    {
        var lines = new List<string>();
        var tail = new OutputTail(new StringReader(text), lines.Add);
        await tail.ReadAsync();
        return (tail, lines);
    }
}
