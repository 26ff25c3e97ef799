using ActorColorize.Host.CommandLine;

namespace ActorColorize.Host.Tests.CommandLine;

public sealed class ProgramArgumentsTests
{
    [Theory]
    [InlineData(new[] { "colorize", "Gr\uFFFD\uFFFDe", "" }, "Gr\uEFFC\uEFDFe")]
    [InlineData(new[] { "colorize", "Gr\uFFFD\uFFFDe", "", "more than the system knows", "and more" }, "Gr\uFFFD\uFFFDe")]
    public void Bytes_that_are_not_UTF_8_are_read_from_the_systems_command_line(string[] arguments, string expected)
    {
        // The runtime's name and options may stand before the arguments; an empty one counts
        byte[] system = [.. "dotnet\0program.dll\0colorize\0Gr"u8, 0xFC, 0xDF, .. "e\0\0"u8];

        var read = ProgramArguments.Read(arguments, system);

        Assert.Equal(expected, read[1]);
        Assert.Equal(arguments.Length, read.Length);
    }

    [Fact]
    public void Arguments_in_UTF_8_stay_as_they_are()
    {
        string[] arguments = ["colorize", "Grüße"];

        Assert.Same(arguments, ProgramArguments.WithAllBytes(arguments));
    }
}
