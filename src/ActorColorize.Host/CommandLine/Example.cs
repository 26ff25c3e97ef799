using System.CommandLine;

namespace ActorColorize.Host.CommandLine;

/// <summary>One line of a help text's Examples section.</summary>
/// <param name="Arguments">What is typed after the program's name.</param>
/// <param name="Purpose">What it does, in a few words.</param>
internal sealed record Example(string Arguments, string Purpose);

/// <summary>A command, or a family of them, whose help ends in examples.</summary>
internal class CommandWithExamples(string name, string description, params IReadOnlyList<Example> examples) : Command(name, description)
{
    /// <summary>The examples, in the order shown.</summary>
    public IReadOnlyList<Example> Examples { get; } = examples;
}
