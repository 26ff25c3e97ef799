using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Commands;

/// <summary>The model that is used when none is named: the starter model, which ships with the program.</summary>
internal static class DefaultModel
{
    private static readonly string Starter = Path.Combine(AppContext.BaseDirectory, "models", "starter.safetensors");

    /// <summary>The model to use, and how it was chosen in words.</summary>
    /// <param name="given">The value of <c>--model</c>, or null.</param>
    /// <exception cref="InputException">No model was given, and the starter model is missing from the program's folder.</exception>
    public static (string Path, string Choice) Choose(string? given) =>
        given is not null ? (given, given)
        : File.Exists(Starter) ? (Starter, "the starter model (--model names another)")
        : throw new InputException($"no model: {Starter} is missing; build the program again, or name a model with --model");
}
