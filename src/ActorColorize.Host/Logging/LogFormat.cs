namespace ActorColorize.Host.Logging;

/// <summary>
/// Whether a daemon writes its log to standard output as text or as compact JSON: as <c>--log-format</c> says, otherwise JSON in a
/// container whose standard output is not a terminal. The nodes of a cluster that it starts inherit the choice.
/// </summary>
internal static class LogFormat
{
    /// <summary>The option.</summary>
    public const string Option = "--log-format";

    /// <summary>Its values.</summary>
    public static readonly IReadOnlyList<string> Values = ["auto", "text", "json"];

    private const string Variable = "ACTORCOLORIZE_LOG_FORMAT";

    /// <summary>Decides from a command line.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="isContainer">Whether this is a container.</param>
    /// <param name="isTerminal">Whether standard output is a terminal.</param>
    public static bool IsJson(IReadOnlyList<string> arguments, bool isContainer, bool isTerminal)
    {
        if (arguments is not ["serve", ..])
            return false;
        return Given(arguments) switch
        {
            "json" => true,
            "text" => false,
            _ => isContainer && !isTerminal,
        };
    }

    /// <summary>Tells the processes that this one starts that it writes JSON.</summary>
    public static void PassOn() => Environment.SetEnvironmentVariable(Variable, "json");

    /// <summary>Whether the process that started this one writes JSON.</summary>
    public static bool IsJsonInherited => Environment.GetEnvironmentVariable(Variable) == "json";

    private static string? Given(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == Option)
                return i + 1 < arguments.Count ? arguments[i + 1] : null;
            if (arguments[i].StartsWith($"{Option}=", StringComparison.Ordinal))
                return arguments[i][(Option.Length + 1)..];
        }

        return null;
    }
}
