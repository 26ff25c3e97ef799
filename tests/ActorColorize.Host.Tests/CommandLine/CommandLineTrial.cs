using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Tests.CommandLine;

/// <summary>Runs one command line with actions that only keep what they were asked.</summary>
internal sealed class CommandLineTrial(OutputStyle style = OutputStyle.Plain)
{
    public ExitCode Code { get; private set; }

    public string[] Output { get; private set; } = [];

    public string[] Error { get; private set; } = [];

    public TrainOptions? Train { get; private set; }

    public EvaluateOptions? Evaluate { get; private set; }

    public ColorizeOptions? Colorize { get; private set; }

    public DoctorOptions? Doctor { get; private set; }

    public DemoOptions? Demo { get; private set; }

    public RunShowOptions? RunShow { get; private set; }

    public ServeOptions? Serve { get; private set; }

    public StatusOptions? Status { get; private set; }

    /// <summary>The options of the last sub-command of <c>job</c>.</summary>
    public object? Job { get; private set; }

    /// <summary>The options of the last sub-command of <c>run</c> that speaks with a daemon, or of <c>model list</c>.</summary>
    public object? Run { get; private set; }

    public DatasetInspectOptions? DatasetInspect { get; private set; }

    public async Task<CommandLineTrial> RunAsync(params string[] arguments)
    {
        using var screen = new RecordedScreen(style);
        using var context = new CommandContext(
            screen.Screen,
            new StopSignals(screen.Screen, _ => { }),
            TimeProvider.System,
            verbose: false
        );
        var actions = new CommandActions
        {
            Train = options => Keep(() => Train = options),
            Evaluate = options => Keep(() => Evaluate = options),
            Colorize = options => Keep(() => Colorize = options),
            Doctor = options => Keep(() => Doctor = options),
            DatasetInspect = options => Keep(() => DatasetInspect = options),
            Demo = options => Keep(() => Demo = options),
            RunShow = options => Keep(() => RunShow = options),
            Serve = options => Keep(() => Serve = options),
            Status = options => Keep(() => Status = options),
            Run = new RunActions
            {
                Start = KeepRun,
                Watch = KeepRun,
                List = KeepRun,
                Checkpoints = KeepRun,
                Pause = KeepRun,
                Resume = KeepRun,
                Stop = KeepRun,
                Promote = KeepRun,
                Models = KeepRun,
            },
            Job = new JobActions
            {
                Submit = KeepJob,
                Watch = KeepJob,
                Show = KeepJob,
                List = KeepJob,
                Errors = KeepJob,
                Pause = KeepJob,
                Resume = KeepJob,
                Cancel = KeepJob,
                Retry = KeepJob,
            },
        };
        Code = await new CommandRunner(context, actions).RunAsync(arguments, screen.OutputWriter);
        Output = screen.Output;
        Error = screen.Error;
        return this;
    }

    private Task<ExitCode> KeepJob(object options) => Keep(() => Job = options);

    private Task<ExitCode> KeepRun(object options) => Keep(() => Run = options);

    private static Task<ExitCode> Keep(Action keep)
    {
        keep();
        return Task.FromResult(ExitCode.Success);
    }
}
