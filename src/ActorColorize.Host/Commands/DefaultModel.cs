using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>The models that ship with the program, each named by its file, and the one that is used when none is named.</summary>
internal static class DefaultModel
{
    /// <summary>The name of the default model.</summary>
    public const string Name = "places";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The model to use, and how it was chosen in words.</summary>
    /// <param name="given">The value of <c>--model</c>, or null: a path, or the name of a model that ships with the program.</param>
    /// <exception cref="InputException">No model was given, and the default model is missing from the program's folder.</exception>
    public static (string Path, string Choice) Choose(string? given)
    {
        if (given is not null)
            return (Path.Exists(given) ? given : Shipped(given) ?? given, given);
        return Shipped(Name) is { } model
            ? (model, $"the {Name} model (--model names another)")
            : throw new InputException($"no model: {FileOf(Name)} is missing; build the program again, or name a model with --model");
    }

    /// <summary>The file of a model that ships with the program; null if none has this name.</summary>
    public static string? Shipped(string name) => ModelName.IsOne(name) && File.Exists(FileOf(name)) ? FileOf(name) : null;

    private static string FileOf(string name) => Path.Combine(Folder, name + ".safetensors");
}
