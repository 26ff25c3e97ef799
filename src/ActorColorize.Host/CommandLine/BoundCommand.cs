using System.CommandLine;
using System.Reflection;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>A group of options shared by several commands.</summary>
internal interface IOptionGroup
{
    /// <summary>Adds the options, and the rules between them.</summary>
    void AddTo(Command command);
}

/// <summary>A command that binds the parsed command line to one value, which tests can inspect without running the command.</summary>
internal interface IBoundCommand
{
    /// <summary>The bound options.</summary>
    object? Bind(ParseResult parsed);
}

/// <summary>The options of a command that has none.</summary>
internal readonly record struct NoOptions;

/// <summary>
/// A command whose public fields are its arguments, options and option groups: each is declared once, and help shows them in the order of
/// declaration, a derived class's before its base's.
/// </summary>
/// <typeparam name="TOptions">The command's options.</typeparam>
internal abstract class BoundCommand<TOptions> : CommandWithExamples, IBoundCommand
{
    /// <summary>Builds the command from its fields, which C# initializes before this constructor runs.</summary>
    protected BoundCommand(string name, string description, params IReadOnlyList<Example> examples)
        : base(name, description, examples)
    {
        foreach (var symbol in Declared(GetType()))
        {
            if (symbol is Argument argument)
                Arguments.Add(argument);
            else if (symbol is Option option)
                Options.Add(option);
            else if (symbol is IOptionGroup group)
                group.AddTo(this);
        }

        SetAction(async parsed => (int)await RunAsync(Bind(parsed)));
    }

    /// <summary>Binds the parsed command line to the command's options.</summary>
    protected abstract TOptions Bind(ParseResult parsed);

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code.</returns>
    public abstract Task<ExitCode> RunAsync(TOptions options);

    object? IBoundCommand.Bind(ParseResult parsed) => Bind(parsed);

    private IEnumerable<object?> Declared(Type? type)
    {
        for (; type is not null && type != typeof(CommandWithExamples); type = type.BaseType)
        {
            var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly);
            foreach (var field in fields.OrderBy(static field => field.MetadataToken))
                yield return field.GetValue(this);
        }
    }
}
