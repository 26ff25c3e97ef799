using System.Text.RegularExpressions;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>What is packaged beside the program says the same as the program.</summary>
public sealed class PackagingTests
{
    private static readonly string Folder = Path.Combine(Root(), "src/ActorColorize.Host/packaging");

    [Fact]
    public void The_man_page_names_every_command_and_every_exit_code()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using var context = new CommandContext(
            screen.Screen,
            new StopSignals(screen.Screen, _ => { }),
            TimeProvider.System,
            verbose: false
        );
        var page = File.ReadAllText(Path.Combine(Folder, "actorcolorize.1"));
        var documented = Regex
            .Matches(page, @"^\.TP\n\.B (?<command>\w+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(10))
            .Select(static match => match.Groups["command"].Value);

        Assert.Equal(
            ProgramCommand.Create(context).Subcommands.Select(static command => command.Name).Order(StringComparer.Ordinal),
            documented.Order(StringComparer.Ordinal)
        );
        var status = page[page.IndexOf(".SH EXIT STATUS", StringComparison.Ordinal)..];
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Matches($@"\b{(int)code}: ", status));
    }

    [Fact]
    public void The_settings_of_the_cluster_on_Kubernetes_are_settings_of_a_daemon()
    {
        // An unknown key or a wrong value is refused before the files are looked for, which only pods have.
        var environment = new Dictionary<string, string> { ["ACTORCOLORIZE_SERVE_CLUSTER_CERTIFICATE"] = "/secrets/coordinator-0.pem" };

        var refusal = Assert.ThrowsAny<UserException>(() =>
            ServeConfiguration.Load(Path.Combine(Root(), "docker/kubernetes/base/cluster.json"), null, environment)
        );

        Assert.Contains("/secrets/", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_variable_of_the_compose_file_is_a_setting()
    {
        var documented = File.ReadAllText(Path.Combine(Root(), "config/README.md"));
        var used = Regex
            .Matches(
                File.ReadAllText(Path.Combine(Root(), "docker/compose.cluster.yaml")),
                "ACTORCOLORIZE_SERVE_(?<section>[A-Z]+)(_(?<key>[A-Z_]+))?:",
                RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(10)
            )
            .Select(static match =>
                match.Groups["key"].Success ? $"{match.Groups["section"].Value}.{match.Groups["key"].Value}" : match.Groups["section"].Value
            )
            .Distinct()
            .Select(static name => name.ToLowerInvariant())
            .ToList();

        Assert.NotEmpty(used);
        Assert.All(used, name => Assert.Contains($"| `{name}` |", documented, StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ActorColorize.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("no ActorColorize.sln above the test's folder");
        return folder.FullName;
    }
}
