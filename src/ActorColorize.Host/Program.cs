using ActorColorize.Actors.CodecProcess;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Host.Clustering;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Logging;
using ActorColorize.Host.Monitoring;

if (OperatingSystem.IsLinux() && args is [CodecServer.Command])
    return CodecProcessMain.Run();

args = ProgramArguments.WithAllBytes(args);
Surroundings.ReplaceClosedStreams();
if (Surroundings.Fault() is { } fault)
{
    Console.Error.WriteLine($"error: {fault}");
    return (int)ExitCode.Usage;
}

using var telemetry = Telemetry.StartIfConfigured(args is [NodeProcessMain.Command, var node] ? node : args.FirstOrDefault() ?? "help");
switch (args)
{
    case [IsolatedProcessStarter.Command]:
        return await DeviceProcessMain.RunAsync();
    case [NodeProcessMain.Command, _]:
        return await NodeProcessMain.RunAsync();
    case [PrecisionChoosing.Command, var device]:
        return PrecisionChoosing.Measure(device);
}

var options = args.TakeWhile(argument => argument != "--").ToHashSet(StringComparer.Ordinal);
var isContainer = Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") == "true";
var isJsonLog = LogFormat.IsJson(args, isContainer, isTerminal: !Console.IsOutputRedirected);
if (isJsonLog)
    LogFormat.PassOn();
var screen = Screen.ForThisProcess(json: options.Contains("--json"), quiet: options.Contains("--quiet"), events: isJsonLog);
var isVerbose = options.Contains("--verbose") || Environment.GetEnvironmentVariable("ACTORCOLORIZE_DEBUG") == "1";
using var context = new CommandContext(screen, new StopSignals(screen), TimeProvider.System, isVerbose);

return (int)await new CommandRunner(context, () => ProgramCommand.Create(context)).RunAsync(args, Console.Out);
