namespace ActorColorize.Host.Isolation;

/// <summary>The command line with which this program starts a process of itself.</summary>
internal static class OwnProgram
{
    /// <summary>The executable, and the arguments that come before a command.</summary>
    public static IReadOnlyList<string> Command { get; } =
        Find(Environment.ProcessPath, typeof(OwnProgram).Assembly.Location, typeof(OwnProgram).Assembly.GetName().Name!);

    /// <summary>The program's own executable, or the runtime's with the program as its first argument.</summary>
    internal static IReadOnlyList<string> Find(string? process, string assembly, string name)
    {
        var executable = Path.GetFileNameWithoutExtension(process);
        if (executable == name)
            return [process!];
        return [executable == "dotnet" ? process! : "dotnet", assembly];
    }
}
