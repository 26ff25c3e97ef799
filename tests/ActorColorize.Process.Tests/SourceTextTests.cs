using System.Text.RegularExpressions;

namespace ActorColorize.Process.Tests;

/// <summary>The text of the sources: line length, vocabulary, links, and the size of the first pages.</summary>
public sealed partial class SourceTextTests
{
    private const int Columns = 140;

    /// <summary>Languages whose lines are limited; the scripts of the shell have no ending.</summary>
    private static readonly string[] CodeEndings = [".cs", ".razor", ".js", ".css", ".py", ".sh", string.Empty];

    /// <summary>What Prometheus' names have after the instrument's: unit and kind.</summary>
    private static readonly string[] Endings = ["", "_total", "_bytes", "_seconds", "_seconds_bucket", "_ratio", "_per_second"];

    // Words of earlier versions for concepts that have a standard name (the glossary in src/README.md), as words of prose or parts of
    // identifiers.
    private static readonly HashSet<string> Retired = new(
        (
            "office offices deposed desk desks greeting greetings receptionist lend lends lending lent obstacle obstacles mended envoy "
            + "envoys door doors "
            + "doorway admission shelf wish wishes wished pulse pulses sweep sweeps drill drills drilled census engage invitation "
            + "invitations invited keeper"
        ).Split(' '),
        StringComparer.Ordinal
    );

    private static readonly string[] RetiredPhrases =
    [
        "in hand",
        "give back",
        "gives back",
        "given back",
        "see through",
        "look after",
        "looks after",
        "looked after",
    ];

    // Where a retired word has to stay: names in files that were written by earlier versions, and the door of a drawn house.
    private static readonly (string File, string Word)[] Kept =
    [
        ("JobTables.cs", "office"),
        ("SqlJobStoreTests.cs", "office"),
        ("RunFolder.cs", "census"),
        ("CheckpointFormatTests.cs", "census"),
        ("make_format_fixture.sh", "census"),
        ("InjectedFaults.cs", "drill"),
        ("Scenery.cs", "door"),
    ];

    [Fact]
    public void Concepts_have_their_standard_names()
    {
        var found =
            from file in ArchitectureTests.ProjectFiles()
            where Path.GetFileName(file) != "SourceTextTests.cs"
            let text = File.ReadAllText(file)
            from word in WordsOf(text)
                .Where(Retired.Contains)
                .Concat(RetiredPhrases.Where(phrase => text.Contains($" {phrase} ", StringComparison.Ordinal)))
            where !Kept.Contains((Path.GetFileName(file), word))
            select $"{Path.GetRelativePath(Installation.Root, file)}: {word}";

        Assert.Empty(found.Distinct());
    }

    [Fact]
    public void Every_metric_in_alerts_and_dashboards_exists()
    {
        var instruments = ArchitectureTests
            .ProjectFiles()
            .Where(file => file.Contains("/src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => InstrumentName().Matches(File.ReadAllText(file)))
            .Select(name => name.Value.Trim('"').Replace('.', '_'))
            .ToHashSet(StringComparer.Ordinal);
        var used = Directory
            .GetFiles(Path.Combine(Installation.Root, "config", "observability"))
            .SelectMany(file => MetricName().Matches(File.ReadAllText(file)))
            .Select(name => name.Value)
            .Distinct();

        Assert.NotEmpty(instruments);
        Assert.NotEmpty(used);
        Assert.All(used, name =>
            Assert.True(
                Endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal) && instruments.Contains(name[..^ending.Length])),
                $"{name} is not a metric"
            )
        );
    }

    [Fact]
    public void No_line_of_code_is_longer_than_the_column_limit()
    {
        var found =
            from file in ArchitectureTests.ProjectFiles()
            where CodeEndings.Contains(Path.GetExtension(file))
            from line in File.ReadLines(file).Select((text, index) => (text, number: index + 1))
            where line.text.Length > Columns
            select $"{Path.GetRelativePath(Installation.Root, file)}:{line.number}: {line.text.Length} columns";

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("README.md", 150, 1500)]
    [InlineData("src/README.md", 200, 2500)]
    public void The_pages_that_everybody_reads_first_are_short(string page, int lines, int words)
    {
        var text = File.ReadAllText(Path.Combine(Installation.Root, page));

        Assert.InRange(text.Split('\n').Length - 1, 1, lines);
        Assert.InRange(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 1, words);
    }

    [Fact]
    public void Links_between_the_pages_lead_to_files()
    {
        var broken =
            from page in ArchitectureTests.ProjectFiles()
            where page.EndsWith(".md", StringComparison.Ordinal)
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = link.Groups["target"].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
            select $"{Path.GetRelativePath(Installation.Root, page)}: {target}";

        Assert.Empty(broken);
    }

    private static IEnumerable<string> WordsOf(string text) =>
        Word().Matches(text).Select(static match => match.Value.ToLowerInvariant()).Distinct();

    [GeneratedRegex("\"actorcolorize\\.[a-z_.]+\"", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex InstrumentName();

    [GeneratedRegex("\\bactorcolorize_[a-z_]+", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex MetricName();

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Link();
}
