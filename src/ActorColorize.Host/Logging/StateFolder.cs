namespace ActorColorize.Host.Logging;

/// <summary>The account's folder for logs and caches that belong to no run, such as <c>$XDG_STATE_HOME/actorcolorize</c>.</summary>
internal static class StateFolder
{
    /// <summary>The folder; not created here.</summary>
    public static string Root { get; } = Path.Combine(StateHome(), "actorcolorize");

    /// <summary>Logs of commands that have no run or output folder.</summary>
    public static string Logs => Path.Combine(Root, "logs");

    private static string StateHome()
    {
        // The XDG base directory specification: a relative path in the variable is to be ignored.
        if (Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { } given && Path.IsPathFullyQualified(given))
            return given;
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length == 0 ? Path.GetTempPath() : Path.Combine(home, ".local", "state");
    }
}
