using ActorColorize.Host.Displays;
using Spectre.Console;

namespace ActorColorize.Host.Tests.Displays;

public sealed class ScreenTests
{
    private const string EraseBelow = "\u001b[J"; // ECMA-48, ED

    [Fact]
    public void A_line_erases_the_progress_bar_that_it_replaces()
    {
        using var output = new StringWriter();
        var screen = new Screen(output, TextWriter.Null, OutputStyle.Live, errorIsTerminal: true, AnsiSupport.Yes);

        screen.Line("short");
        screen.Warn("shorter");

        var written = output.ToString();
        Assert.StartsWith($"{EraseBelow}short\n", written, StringComparison.Ordinal);
        Assert.Equal(3, written.Split(EraseBelow).Length);
    }

    [Fact]
    public void Quiet_leaves_warnings_and_errors()
    {
        using var screen = new RecordedScreen(OutputStyle.Quiet);

        screen.Screen.Line("progress");
        screen.Screen.Remark("connecting");
        screen.Screen.Warn("a.jpg is cut");
        screen.Screen.Error("no room");

        Assert.Empty(screen.Output);
        Assert.Equal(["warning: a.jpg is cut", "error: no room"], screen.Error);
    }
}
