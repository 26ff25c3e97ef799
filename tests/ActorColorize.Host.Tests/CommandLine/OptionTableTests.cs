using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Displays;

namespace ActorColorize.Host.Tests.CommandLine;

/// <summary>All commands and options at once: one option has one name, and the page that lists them is that of the code.</summary>
public sealed class OptionTableTests
{
    private static readonly string Page = Path.Combine(Repository.Root, "src", "ActorColorize.Host", "guide", "commands.md");

    /// <summary>The same work by a command of its own and through a daemon.</summary>
    [Theory]
    [InlineData("train", "run start", "--device --threads --isolate --device-deadline --inject --ui", "--name --key")]
    [InlineData("colorize", "job submit", "--compare --device --threads --engine --isolate --device-deadline --ui", "--key --priority")]
    public void An_option_is_the_same_here_and_through_a_daemon(string here, string daemon, string onlyHere, string onlyDaemon)
    {
        var all = All();
        var (own, remote) = (all[here], all[daemon]);
        string[] connection = ["--daemon", "--data-folder", "--certificate", "--authority"];

        Assert.Equal(onlyHere.Split(' ').Order(StringComparer.Ordinal), own.Keys.Except(remote.Keys).Order(StringComparer.Ordinal));
        Assert.Equal(
            onlyDaemon.Split(' ').Concat(connection).Order(StringComparer.Ordinal),
            remote.Keys.Except(own.Keys).Order(StringComparer.Ordinal)
        );
        foreach (var name in own.Keys.Intersect(remote.Keys))
        {
            var (one, other) = (own[name], remote[name]);
            Assert.Equal(
                (name, one.HelpName, one.Required, one.ValueType, one.Arity.MaximumNumberOfValues),
                (name, other.HelpName, other.Required, other.ValueType, other.Arity.MaximumNumberOfValues)
            );
        }
    }

    [Fact]
    public void Every_command_that_does_something_writes_JSON()
    {
        string[] text = ["completion"]; // a script for a shell

        Assert.All(All().Where(command => !text.Contains(command.Key)), command => Assert.Contains("--json", command.Value.Keys));
    }

    [Fact]
    public void The_page_of_commands_is_that_of_the_code()
    {
        var expected = PageOf(All());
        var proposal = Path.Combine(AppContext.BaseDirectory, "commands.md");
        File.WriteAllText(proposal, expected);

        Assert.True(File.Exists(Page) && File.ReadAllText(Page) == expected, $"{Page} is out of date: replace it by {proposal}");
    }

    private static string PageOf(SortedDictionary<string, SortedDictionary<string, Option>> all)
    {
        var page = new StringBuilder(
            """
            # Commands and options

            `actorcolorize COMMAND --help` explains each option, with examples. A test compares this page with the program.
            Every command also takes `--help` and `--verbose`.

            | option | value | commands |
            |---|---|---|

            """
        );
        var options = all.SelectMany(command => command.Value.Values.Select(option => (Command: command.Key, Option: option)))
            .GroupBy(static entry => (entry.Option.Name, Value: ValueOf(entry.Option)))
            .OrderBy(static group => group.Key.Name, StringComparer.Ordinal)
            .ThenBy(static group => group.Key.Value, StringComparer.Ordinal);
        foreach (var option in options)
        {
            var value = option.Key.Value.Length == 0 ? "" : $"`{option.Key.Value.Replace("|", "\\|", StringComparison.Ordinal)}`";
            var commands =
                option.Key.Name == "--json"
                    ? "all but `completion`"
                    : string.Join(", ", option.Select(static entry => $"`{entry.Command}`"));
            page.Append(CultureInfo.InvariantCulture, $"| `{option.Key.Name}` | {value} | {commands} |\n");
        }

        return page.ToString();
    }

    private static string ValueOf(Option option) => option.ValueType == typeof(bool) ? "" : option.HelpName ?? "";

    /// <summary>The options of each command, by name.</summary>
    private static SortedDictionary<string, SortedDictionary<string, Option>> All()
    {
        using var screen = new RecordedScreen(OutputStyle.Plain);
        using var context = new CommandContext(
            screen.Screen,
            new StopSignals(screen.Screen, _ => { }),
            TimeProvider.System,
            verbose: false
        );
        var all = new SortedDictionary<string, SortedDictionary<string, Option>>(StringComparer.Ordinal);
        Add(ProgramCommand.Create(context), string.Empty);
        return all;

        void Add(Command command, string name)
        {
            foreach (var sub in command.Subcommands)
                Add(sub, name.Length == 0 ? sub.Name : $"{name} {sub.Name}");
            if (command is IBoundCommand)
                all.Add(
                    name,
                    new SortedDictionary<string, Option>(
                        command.Options.Where(static option => option is not HelpOption).ToDictionary(static option => option.Name),
                        StringComparer.Ordinal
                    )
                );
        }
    }
}
