using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>doctor</c>.</summary>
internal static class DoctorGrammar
{
    /// <summary>Builds the command.</summary>
    public static Command Create(Func<DoctorOptions, Task<ExitCode>> run)
    {
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "doctor",
            "Show what this machine offers: runtime, native libraries, devices, speed, disk, picture formats, and whether the convolutions compute right.",
            new("doctor", "a report for people"),
            new("doctor --json", "the same for a program or a bug report")
        )
        {
            json,
        };
        command.SetAction(async parsed => (int)await run(new DoctorOptions { Json = parsed.GetValue(json) }));
        return command;
    }
}
