using System.CommandLine;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Tests.CommandLine;

/// <summary>Parses one command line; its command only records its options.</summary>
internal sealed class CommandLineTrial(OutputStyle style = OutputStyle.Plain)
{
    public ExitCode Code { get; private set; }

    public string[] Output { get; private set; } = [];

    public string[] Error { get; private set; } = [];

    /// <summary>The options that the command would run with; null if none would run.</summary>
    public object? Asked { get; private set; }

    /// <summary>The options of the command, which are of this type.</summary>
    public TOptions Of<TOptions>() => Assert.IsType<TOptions>(Asked);

    public async Task<CommandLineTrial> RunAsync(params string[] arguments)
    {
        using var screen = new RecordedScreen(style);
        using var context = new CommandContext(
            screen.Screen,
            new StopSignals(screen.Screen, _ => { }),
            TimeProvider.System,
            verbose: false
        );
        Code = await new CommandRunner(context, () => Keeping(ProgramCommand.Create(context))).RunAsync(arguments, screen.OutputWriter);
        Output = screen.Output;
        Error = screen.Error;
        return this;
    }

    private TCommand Keeping<TCommand>(TCommand command)
        where TCommand : Command
    {
        if (command is IBoundCommand bound)
            command.SetAction(parsed => Asked = bound.Bind(parsed));
        foreach (var sub in command.Subcommands)
            Keeping(sub);
        return command;
    }
}
