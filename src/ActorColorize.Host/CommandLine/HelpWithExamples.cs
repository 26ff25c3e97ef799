using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>The library's help text, followed by examples (for a command) and by examples and exit codes (for the program).</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyList<Example> rootExamples) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        foreach (var option in parseResult.CommandResult.Command.Options)
        foreach (var earlier in OptionValues.EarlierNames(option))
            option.Aliases.Remove(earlier); // the command line has been parsed
        using var buffer = new StringWriter { NewLine = "\n" };
        parseResult.InvocationConfiguration.Output = buffer;
        var code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.WriteLine(buffer.ToString().TrimEnd());

        var command = parseResult.CommandResult.Command;
        var isRoot = command is RootCommand;
        var program = parseResult.RootCommandResult.Command.Name;
        WriteExamples(
            output,
            program,
            command is CommandWithExamples documented ? documented.Examples
                : isRoot ? rootExamples
                : []
        );
        if (isRoot)
            WriteExitCodes(output);
        return code;
    }

    private static void WriteExamples(TextWriter output, string program, IReadOnlyList<Example> examples)
    {
        if (examples.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine("Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  {program} {example.Arguments}");
            output.WriteLine($"      {example.Purpose}");
        }
    }

    private static void WriteExitCodes(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (code, meaning) in ExitCodes.All)
            output.WriteLine($"  {(int)code, 3}  {meaning}");
    }
}
