using System.Text.RegularExpressions;

namespace ActorColorize.Model.Devices;

/// <summary>Turns the dynamic loader's message about LibTorch, often a page long, into one line: what is missing and what to do.</summary>
public static partial class LoaderMessage
{
    private const string Opening = "LibTorch cannot be loaded: ";
    private const string BuildAgain = "build again with 'dotnet build', which restores it";

    /// <summary>Explains a loader's message.</summary>
    /// <param name="message">The whole message of the <see cref="DllNotFoundException"/>: lines of glibc's or musl's loader, or another
    /// system's.</param>
    /// <param name="glibc">glibc of this host, null if there is none.</param>
    /// <param name="glibcxx">Newest GLIBCXX of this host, null if unknown.</param>
    /// <returns>One line without a line break.</returns>
    public static string Explain(string message, string? glibc, string? glibcxx)
    {
        ArgumentNullException.ThrowIfNull(message);
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        if (Find(lines, MuslLoader()) is not null)
            return Opening
                + "this host has musl instead of glibc (Alpine?); use a distribution with glibc 2.29 or newer, such as Debian or Ubuntu";
        if (Find(lines, MissingVersion()) is { } version)
        {
            var (library, wanted, by) = (
                version.Groups["library"].Value,
                version.Groups["version"].Value,
                Path.GetFileName(version.Groups["by"].Value)
            );
            if (wanted.StartsWith("GLIBC_", StringComparison.Ordinal))
                return $"{Opening}{by} needs glibc {wanted["GLIBC_".Length..]} and this host has {glibc ?? "an older one"}; use a newer "
                    + "distribution (glibc cannot be updated by itself)";
            var has =
                wanted.StartsWith("GLIBCXX_", StringComparison.Ordinal) && glibcxx is not null
                    ? $"goes up to {glibcxx}"
                    : "does not have it";
            return $"{Opening}{by} needs {wanted} and {library} {has}; {BuildAgain} in a form that older hosts load, or update libstdc++";
        }

        if (Find(lines, NoRoom()) is { } crowded)
            return $"{Opening}there is no memory left for {Path.GetFileName(crowded.Groups["file"].Value)}; free some, or raise the "
                + "limit (ulimit -v, or the container's)";
        if (Find(lines, UndefinedSymbol()) is { } symbol)
            return $"{Opening}{Path.GetFileName(symbol.Groups["file"].Value)} was loaded with another version of LibTorch than its own "
                + $"({symbol.Groups["symbol"].Value} is missing); "
                + "remove other copies of LibTorch from LD_LIBRARY_PATH and "
                + BuildAgain;
        if (Find(lines, WrongFile()) is { } wrong)
            return $"{Opening}{wrong.Groups["file"].Value} is damaged or built for another kind of processor "
                + $"({wrong.Groups["problem"].Value}); {BuildAgain} on this machine";

        var missing = lines
            .Select(static line => MissingFile().Match(line))
            .Where(static match => match.Success)
            .Select(static match => match.Groups["file"].Value)
            .ToList();
        // The loader tries several names of the first library in several folders; only another file name is a missing dependency.
        if (missing.Find(static file => !FirstLibrary().IsMatch(Path.GetFileName(file))) is { } other)
        {
            var remedy = OurLibrary().IsMatch(Path.GetFileName(other))
                ? BuildAgain
                : "install the package of your distribution that has it";
            return $"{Opening}{other} is missing; {remedy}";
        }

        if (missing.Count > 0)
            return $"{Opening}libLibTorchSharp is missing from {AppContext.BaseDirectory}; {BuildAgain}";
        return Opening + (lines.Length > 0 ? string.Join(' ', lines) : "the system's loader gave no reason");
    }

    private static Match? Find(string[] lines, Regex pattern) =>
        lines.Select(line => pattern.Match(line)).FirstOrDefault(static match => match.Success);

    [GeneratedRegex(
        @"^(?<library>[^:]+): version [`'](?<version>[^']+)' not found \(required by (?<by>.+)\)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex MissingVersion();

    [GeneratedRegex(
        @"^(?<file>[^:]+): (failed to map segment from shared object|cannot map zero-fill pages|"
            + @"cannot allocate memory in static TLS block|cannot create shared object descriptor)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex NoRoom();

    [GeneratedRegex(@"^(?<file>[^:]+): undefined symbol: (?<symbol>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UndefinedSymbol();

    [GeneratedRegex(
        @"^(?<file>[^:]+): (?<problem>wrong ELF class.*|invalid ELF header|file too short|ELF load command .*|"
            + @"cannot open shared object file: Exec format error)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex WrongFile();

    [GeneratedRegex(
        @"^(?<file>[^:]+): cannot open shared object file: No such file or directory$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex MissingFile();

    [GeneratedRegex(@"^Error (loading shared library|relocating) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MuslLoader();

    [GeneratedRegex(@"^(lib)?LibTorchSharp(\.so)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstLibrary();

    [GeneratedRegex(@"^lib(torch|c10|gomp-)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OurLibrary();
}
