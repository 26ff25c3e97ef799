using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Host.Clustering;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Isolation;

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
var screen = Screen.ForThisProcess(json: options.Contains("--json"));
var isVerbose = options.Contains("--verbose") || Environment.GetEnvironmentVariable("ACTORCOLORIZE_DEBUG") == "1";
using var context = new CommandContext(screen, new StopSignals(screen), TimeProvider.System, isVerbose);

var actions = new CommandActions
{
    Train = new TrainCommand(context).RunAsync,
    RunShow = new RunShowCommand(context).RunAsync,
    Run = new RunCommand(context).Actions,
    Evaluate = new EvaluateCommand(context).RunAsync,
    Colorize = new ColorizeCommand(context).RunAsync,
    Serve = new ServeCommand(context).RunAsync,
    Status = new StatusCommand(context).RunAsync,
    Job = new JobCommand(context).Actions,
    Demo = new DemoCommand(context).RunAsync,
    DatasetInspect = new DatasetInspectCommand(context).RunAsync,
    ModelImport = new ModelImportCommand(context).RunAsync,
    ModelExport = new ModelExportCommand(context).RunAsync,
    ModelInfo = new ModelInfoCommand(context).RunAsync,
    ModelVerify = new ModelVerifyCommand(context).RunAsync,
    Doctor = new DoctorCommand(context).RunAsync,
};
return (int)await new CommandRunner(context, actions).RunAsync(args, Console.Out);
