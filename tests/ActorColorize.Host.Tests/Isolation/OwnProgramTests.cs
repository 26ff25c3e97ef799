using ActorColorize.Host.Isolation;

namespace ActorColorize.Host.Tests.Isolation;

public sealed class OwnProgramTests
{
    [Fact]
    public void The_programs_executable_starts_itself() =>
        Assert.Equal(
            ["/opt/actorcolorize/actorcolorize"],
            OwnProgram.Find("/opt/actorcolorize/actorcolorize", "/opt/actorcolorize/actorcolorize.dll", "actorcolorize")
        );

    [Fact]
    public void Under_the_runtimes_executable_the_program_is_its_first_argument() =>
        Assert.Equal(
            ["/usr/bin/dotnet", "/opt/actorcolorize.dll"],
            OwnProgram.Find("/usr/bin/dotnet", "/opt/actorcolorize.dll", "actorcolorize")
        );

    [Fact]
    public void Under_any_other_executable_the_runtime_is_searched() =>
        Assert.Equal(["dotnet", "/opt/actorcolorize.dll"], OwnProgram.Find("/tmp/testhost", "/opt/actorcolorize.dll", "actorcolorize"));
}
