using System.CommandLine;
using System.CommandLine.Parsing;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>Parses one command line, runs its command, and turns a failure into one line and an exit code.</summary>
internal sealed class CommandRunner(CommandContext context, Func<RootCommand> create)
{
    /// <summary>Runs the command line.</summary>
    /// <returns>The exit code.</returns>
    public async Task<ExitCode> RunAsync(IReadOnlyList<string> arguments, TextWriter output)
    {
        try
        {
            var root = create();

            // Response files are off: a picture may be called "@1.jpg".
            var isEmpty = arguments.Count == 0;
            var parsed = root.Parse(isEmpty ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && parsed.Action is not (HelpWithExamples or SuggestionAction))
                throw new UsageException(UsageMessage(parsed));

            // Signals and exceptions are handled here: the library would allow the command two seconds and print a trace.
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = output,
                }
            );
            return isEmpty ? ExitCode.Usage : (ExitCode)code;
        }
        catch (OperationCanceledException) when (context.Stop.IsStopping)
        {
            return context.Stop.OnlyWatches is null ? ExitCode.Success : ExitCode.Interrupted;
        }
        catch (Exception exception)
        {
            return Report(exception);
        }
    }

    private ExitCode Report(Exception exception)
    {
        var failure = FailureMapping.Of(exception);
        var message = failure.Message;
        if (failure.Code != ExitCode.Usage && context.LogFault(exception, message) is { } log && failure.Code == ExitCode.UnexpectedFault)
            message += $" (details in {log})";
        context.Screen.Error(message);
        if (context.IsVerbose && failure.Code != ExitCode.Usage)
            context.Screen.Remark(exception.ToString());
        context.Screen.Json(new { Error = new { Code = (int)failure.Code, Message = message } });
        return failure.Code;
    }

    private static string UsageMessage(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"{string.Join(' ', Names(parsed.CommandResult))} --help";
        var message =
            parsed.UnmatchedTokens.Count > 0 ? Unknown(parsed.UnmatchedTokens[0], command)
            : parsed.Errors[0].SymbolResult is OptionResult { IdentifierToken: null } absent
                ? $"{command.Name} requires {absent.Option.Name}"
            : parsed.Errors[0].Message.TrimEnd('.');
        return $"{message}; see '{help}'";
    }

    /// <summary>The program's name, then those of command and sub-command.</summary>
    private static IEnumerable<string> Names(CommandResult command) =>
        command.Parent is CommandResult parent ? Names(parent).Append(command.Command.Name) : [command.Command.Name];

    private static string Unknown(string token, Command command)
    {
        var isOption = token.StartsWith('-');
        var known = isOption
            ? command.Options.Select(option => option.Name).Append(ProgramCommand.Verbose.Name).Append(ProgramCommand.Quiet.Name)
            : command.Subcommands.Select(sub => sub.Name);
        var kind =
            isOption ? "option"
            : command.Subcommands.Count > 0 ? "command"
            : "argument";
        return $"unknown {kind} '{token}'" + (Suggestion.For(token, known) is { } near ? $", did you mean '{near}'?" : string.Empty);
    }
}
