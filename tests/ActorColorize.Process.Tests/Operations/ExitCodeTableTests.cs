using System.Globalization;
using System.Text;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests.Operations;

/// <summary>
/// Every documented exit code, provoked through each command that can give it. The cases are also the table of
/// <c>guide/exit-codes.md</c>. 0 is what all other tests see, 1 would be a bug of any command, and 130 is tested with signals.
/// </summary>
public sealed class ExitCodeTableTests(ExitCodeTableTests.Place place) : IClassFixture<ExitCodeTableTests.Place>
{
    private const string Begin = "<!-- table -->";
    private const string End = "<!-- end of table -->";
    private const string UnknownJob = "20200101-000000-abcdef";

    private static readonly Dictionary<int, string> Codes = new()
    {
        [2] = "command line or configuration",
        [3] = "done with errors",
        [4] = "input",
        [5] = "output",
        [6] = "device",
        [7] = "run or job failed",
        [8] = "daemon",
    };

    /// <summary>Code, cause in a few words, the command line. <c>DAEMON</c> selects the daemon of the test, <c>NOBODY</c> one that does not
    /// run.</summary>
    private static readonly (int Code, string Cause, string Line)[] Cases =
    [
        (2, "value out of range", "demo --seconds 1"),
        (5, "output is a file", "demo --out file"),
        (2, "unknown preset", "train --data data --run run --preset grand"),
        (2, "configuration missing", "train --data data --run run --config nowhere.json"),
        (4, "data missing", "train --data nowhere --run run"),
        (4, "data empty", "train --data empty --run run"),
        (4, "checkpoint missing", "train --data data --run run --resume nowhere"),
        (4, "initial weights missing", "train --data data --run run --initial-weights nowhere"),
        (5, "run folder is a file", "train --data data --run file"),
        (5, "run folder below a file", "train --data data --run file/run"),
        (6, "no such device", "train --data data --run run --device cuda:7"),
        (
            7,
            "faults end the run",
            "train --data data --run failed --config small.json --recovery sameStepFailures=1 --inject crash@2*9 --isolate on"
        ),
        (2, "option without --report", "evaluate --data data --gallery 3"),
        (3, "a picture is unreadable", "evaluate --data damaged --split all"),
        (4, "data missing", "evaluate --data nowhere"),
        (4, "model missing", "evaluate --data data --model nowhere"),
        (5, "report is a file", "evaluate --data data --report file"),
        (5, "report below a file", "evaluate --data data --report file/report"),
        (6, "no such device", "evaluate --data data --device cuda:7"),
        (2, "output in the input", "colorize archive --out archive/out"),
        (3, "a picture is unreadable", "colorize damaged --out coloured --recolor"),
        (4, "input missing", "colorize nowhere --out out"),
        (4, "no pictures in it", "colorize empty --out out"),
        (4, "model missing", "colorize archive --out out --model nowhere"),
        (5, "output is a file", "colorize archive --out file"),
        (5, "output below a file", "colorize archive --out file/out"),
        (6, "no such device", "colorize archive --out out --device cuda:7"),
        (2, "unknown key", "serve --config unknown.json"),
        (2, "configuration missing", "serve --config nowhere.json"),
        (2, "include missing", "serve --config include.json"),
        (2, "certificate missing", "serve --config certificate.json"),
        (2, "data folder in use", "serve DAEMON"),
        (4, "data of a later version", "serve --data-folder later"),
        (5, "data folder below a file", "serve --data-folder file/data"),
        (6, "no such device", "serve --config device.json --data-folder fresh"),
        (2, "configuration missing", "backup new.tar --config nowhere.json"),
        (4, "nothing to back up", "backup new.tar --data-folder empty"),
        (5, "file exists", "backup file DAEMON"),
        (5, "folder below a file", "backup file/new.tar DAEMON"),
        (2, "configuration missing", "restore file --config nowhere.json"),
        (4, "backup missing", "restore nowhere --data-folder restored"),
        (4, "not a backup", "restore file --data-folder restored"),
        (5, "folder not empty", "restore file --data-folder archive"),
        (5, "folder below a file", "restore file --data-folder file/data"),
        (2, "unknown option", "dataset inspect data --splits val"),
        (3, "a picture is unreadable", "dataset inspect damaged"),
        (4, "data missing", "dataset inspect nowhere"),
        (5, "report is a file", "dataset inspect data --report file"),
        (2, "output in the dataset", "dataset clean data --out data/clean"),
        (4, "data missing", "dataset clean nowhere --out clean"),
        (5, "output is a file", "dataset clean data --out file"),
        (2, "option missing", "model import SHIPPED"),
        (4, "file missing", "model import nowhere --out new.safetensors"),
        (5, "file exists", "model import SHIPPED --out file"),
        (2, "unknown format", "model export SHIPPED --format zip"),
        (2, "name with a hash", "model export SHIPPED --format pth --out model-deadbeef.pth"),
        (4, "model missing", "model export nowhere --format pth"),
        (5, "file exists", "model export SHIPPED --format safetensors --out file"),
        (2, "argument missing", "model info"),
        (4, "model missing", "model info nowhere"),
        (2, "argument missing", "model verify"),
        (4, "not a model", "model verify file"),
        (2, "no such name", "model delete two/parts DAEMON"),
        (4, "model missing", "model delete nowhere DAEMON"),
        (8, "no daemon", "model delete nowhere NOBODY"),
        (2, "unknown option", "model list --every"),
        (8, "no daemon", "model list NOBODY"),
        (2, "--config without --daemon", "doctor --config device.json"),
        (4, "data of a later version", "doctor --daemon --data-folder later"),
        (5, "data folder below a file", "doctor --daemon --data-folder file/data"),
        (2, "unknown shell", "completion tcsh"),
        (2, "unknown option", "status --all"),
        (8, "no daemon", "status NOBODY"),
        (2, "unknown option", "healthcheck --all"),
        (8, "no daemon", "healthcheck --data-folder empty"),
        (2, "unknown option", "dashboard --all"),
        (8, "no daemon", "dashboard NOBODY"),
        (2, "output in the input", "job submit archive --out archive/out DAEMON"),
        (4, "input missing", "job submit nowhere --out out DAEMON"),
        (4, "model missing", "job submit archive --out out --model nowhere DAEMON"),
        (4, "model file missing", "job submit archive --out out --model ./nowhere DAEMON"),
        (5, "output is a file", "job submit archive --out file DAEMON"),
        (8, "no daemon", "job submit archive --out out NOBODY"),
        (3, "a picture is unreadable", "job watch WITHERRORS DAEMON"),
        (4, "no such job", $"job watch {UnknownJob} DAEMON"),
        (7, "job was cancelled", "job watch CANCELLED DAEMON"),
        (8, "no daemon", "job watch WITHERRORS NOBODY"),
        (4, "no such job", $"job show {UnknownJob} DAEMON"),
        (8, "no daemon", "job show WITHERRORS NOBODY"),
        (2, "value out of range", "job list --limit 0"),
        (8, "no daemon", "job list NOBODY"),
        (4, "no such job", $"job errors {UnknownJob} DAEMON"),
        (8, "no daemon", "job errors WITHERRORS NOBODY"),
        (2, "job has ended", "job pause CANCELLED DAEMON"),
        (4, "no such job", $"job pause {UnknownJob} DAEMON"),
        (8, "no daemon", "job pause CANCELLED NOBODY"),
        (2, "job has ended", "job resume CANCELLED DAEMON"),
        (4, "no such job", $"job resume {UnknownJob} DAEMON"),
        (8, "no daemon", "job resume CANCELLED NOBODY"),
        (2, "job has ended", "job cancel WITHERRORS DAEMON"),
        (4, "no such job", $"job cancel {UnknownJob} DAEMON"),
        (8, "no daemon", "job cancel CANCELLED NOBODY"),
        (2, "job was cancelled", "job retry CANCELLED DAEMON"),
        (4, "no such job", $"job retry {UnknownJob} DAEMON"),
        (8, "no daemon", "job retry CANCELLED NOBODY"),
        (4, "no such result", "job review WITHERRORS --picture nowhere.jpg DAEMON"),
        (8, "no daemon", "job review WITHERRORS NOBODY"),
        (2, "nothing is rejected", "job rerun WITHERRORS DAEMON"),
        (4, "no such job", $"job rerun {UnknownJob} DAEMON"),
        (8, "no daemon", "job rerun WITHERRORS NOBODY"),
        (2, "job has not ended", "job delete PAUSED DAEMON"),
        (4, "no such job", $"job delete {UnknownJob} DAEMON"),
        (8, "no daemon", "job delete CANCELLED NOBODY"),
        (2, "unknown preset", "run start --data data --run run --preset grand DAEMON"),
        (2, "configuration missing", "run start --data data --run run --config nowhere.json DAEMON"),
        (4, "data missing", "run start --data nowhere --run run DAEMON"),
        (4, "data empty", "run start --data empty --run run DAEMON"),
        (4, "checkpoint missing", "run start --data data --run run --resume nowhere DAEMON"),
        (4, "initial weights missing", "run start --data data --run run --initial-weights nowhere DAEMON"),
        (5, "run folder is a file", "run start --data data --run file DAEMON"),
        (5, "run folder below a file", "run start --data data --run file/run DAEMON"),
        (4, "no pictures that can be used", "run start --data words --run run DAEMON"),
        (8, "no daemon", "run start --data data --run run NOBODY"),
        (4, "no such run", $"run watch {UnknownJob} DAEMON"),
        (7, "run failed", "run watch FAILEDRUN DAEMON"),
        (8, "no daemon", $"run watch {UnknownJob} NOBODY"),
        (4, "folder is not a run's", "run show empty"),
        (4, "no such run", $"run show {UnknownJob} DAEMON"),
        (8, "no daemon", $"run show {UnknownJob} NOBODY"),
        (2, "value out of range", "run list --limit 0"),
        (8, "no daemon", "run list NOBODY"),
        (4, "no such run", $"run checkpoints {UnknownJob} DAEMON"),
        (8, "no daemon", $"run checkpoints {UnknownJob} NOBODY"),
        (2, "run has ended", "run pause FAILEDRUN DAEMON"),
        (4, "no such run", $"run pause {UnknownJob} DAEMON"),
        (8, "no daemon", $"run pause {UnknownJob} NOBODY"),
        (4, "no such run", $"run resume {UnknownJob} DAEMON"),
        (8, "no daemon", $"run resume {UnknownJob} NOBODY"),
        (2, "run has ended", "run stop FAILEDRUN DAEMON"),
        (4, "no such run", $"run stop {UnknownJob} DAEMON"),
        (8, "no daemon", $"run stop {UnknownJob} NOBODY"),
        (2, "not a name", "run promote FAILEDRUN --as two/parts DAEMON"),
        (4, "no such run", $"run promote {UnknownJob} --as name DAEMON"),
        (4, "no such checkpoint", "run promote FAILEDRUN --checkpoint 9 --as name DAEMON"),
        (8, "no daemon", $"run promote {UnknownJob} --as name NOBODY"),
    ];

    public static TheoryData<int, string> Lines
    {
        get
        {
            var lines = new TheoryData<int, string>();
            foreach (var (code, _, line) in Cases)
                lines.Add(code, line);
            return lines;
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_mistake_has_the_documented_exit_code_and_one_line(int code, string line)
    {
        var run = await ProgramRun.OfProgramAsync(place.Scratch, place.Arguments(line));

        Assert.True(run.ExitCode == code, $"{line}: exit code {run.ExitCode}, not {code}: {run.Output}{run.Error}");
        if (code == 3)
            return; // the pictures are listed
        var error = Assert.Single(run.ErrorLines, static text => text.StartsWith("error: ", StringComparison.Ordinal));
        // A path stands once in a line
        Assert.InRange(
            error.Split(place.Scratch.Path).Length - 1,
            0,
            line.Contains("data/clean", StringComparison.Ordinal)
            || line.Contains("archive/out", StringComparison.Ordinal)
            || line.Contains("file/", StringComparison.Ordinal)
                ? 2
                : 1
        );
    }

    [Fact]
    public void The_page_has_this_table()
    {
        var page = Path.Combine(Installation.Root, "src", "ActorColorize.Host", "guide", "exit-codes.md");
        var text = File.ReadAllText(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        Assert.InRange(begin, 0, end);
        var expected = text[..begin] + Begin + "\n" + Table() + text[end..];
        var proposal = Path.Combine(AppContext.BaseDirectory, "exit-codes.md");
        File.WriteAllText(proposal, expected);

        Assert.True(text == expected, $"{page} is out of date: replace it by {proposal}");
    }

    [Fact]
    public async Task Every_command_has_a_case()
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var command in await SubcommandsAsync())
        {
            var families = await SubcommandsAsync(command);
            all.UnionWith(families.Count == 0 ? [command] : families.Select(sub => $"{command} {sub}"));
        }

        Assert.Equal(
            all.Order(StringComparer.Ordinal),
            Cases.Select(static one => CommandOf(one.Line)).Distinct().Order(StringComparer.Ordinal)
        );
    }

    /// <summary>The commands that completion suggests.</summary>
    private async Task<IReadOnlyList<string>> SubcommandsAsync(string command = "")
    {
        var line = $"actorcolorize {command}{(command.Length > 0 ? " " : "")}";
        var run = await ProgramRun.OfProgramAsync(place.Scratch, $"[suggest:{line.Length}]", line);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(word => command != "completion")];
    }

    private static string Table()
    {
        var table = new StringBuilder();
        table.Append(
            CultureInfo.InvariantCulture,
            $"| command | {string.Join(" | ", Codes.Select(static code => $"{code.Key}: {code.Value}"))} |\n"
        );
        table.Append(CultureInfo.InvariantCulture, $"|---|{string.Concat(Enumerable.Repeat("---|", Codes.Count))}\n");
        foreach (var command in Cases.GroupBy(static one => CommandOf(one.Line)))
        {
            var cells = Codes.Keys.Select(code =>
                string.Join("; ", command.Where(one => one.Code == code).Select(static one => one.Cause))
            );
            table.Append(CultureInfo.InvariantCulture, $"| `{command.Key}` | {string.Join(" | ", cells)} |\n");
        }

        return table.ToString();
    }

    private static string CommandOf(string line)
    {
        var words = line.Split(' ');
        return words[0] is "job" or "run" or "model" or "dataset" ? $"{words[0]} {words[1]}" : words[0];
    }

    /// <summary>The files that the command lines name, and a daemon with a job and a run of each kind.</summary>
    public sealed class Place : IAsyncLifetime
    {
        private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);
        private ServedFolder? _daemon;

        internal ScratchFolder Scratch { get; } = new();

        private string At(string name) => Path.Combine(Scratch.Path, name);

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            Directory.CreateDirectory(At("empty"));
            Directory.CreateDirectory(At("words"));
            Directory.CreateDirectory(At("later"));
            await File.WriteAllTextAsync(At("words/letter.txt"), "dear reader");
            await File.WriteAllTextAsync(At("file"), "");
            await File.WriteAllTextAsync(At("later/format.json"), """{"format": 1000, "program": "actorcolorize 99.0"}""");
            await File.WriteAllTextAsync(At("unknown.json"), """{"gateway": {"prot": 1}}""");
            await File.WriteAllTextAsync(At("include.json"), """{"include": "nowhere.json"}""");
            await File.WriteAllTextAsync(
                At("certificate.json"),
                """{"gateway": {"certificate": "nowhere.pem", "authority": "nowhere.crt"}}"""
            );
            await File.WriteAllTextAsync(At("device.json"), """{"device": {"name": "cuda:7"}}""");
            await File.WriteAllTextAsync(
                At("small.json"),
                """
                {"network": {"channels": [16, 16, 16, 16, 16, 16, 16, 16], "convolutions": [1, 1, 1, 1, 1, 1, 1, 1]},
                 "imageSize": 32, "batchSize": 2, "microBatchSize": 2, "steps": 8, "warmupSteps": 1,
                 "validationPictures": 2, "panelPictures": 1}
                """
            );
            for (var i = 0; i < 4; i++)
            {
                DrawnDataset.Draw(At($"data/train/a/{i}.jpg"), i, 64, 64);
                DrawnDataset.Draw(At($"data/val/a/{i}.jpg"), 10 + i, 64, 64);
                DrawnDataset.Draw(At($"archive/{i}.jpg"), 20 + i, 64, 64, grey: true);
                DrawnDataset.Draw(At($"damaged/{i}.jpg"), 30 + i, 64, 64);
            }

            await File.WriteAllTextAsync(At("damaged/broken.jpg"), "no picture");
            await File.WriteAllTextAsync(At("other.bin"), "not a model");
            var daemon = _daemon = await ServedFolder.StartAsync(Scratch, At("served"));
            _words["WITHERRORS"] = await SubmitAsync("damaged", "coloured-by-daemon");
            await daemon.SayAsync(3, "job", "watch", _words["WITHERRORS"]);
            // A job that waits: its output folder is below a file
            _words["PAUSED"] = await SubmitAsync("archive", "file/waits");
            _words["CANCELLED"] = await SubmitAsync("archive", "file/cancelled");
            await daemon.SayAsync(0, "job", "cancel", _words["CANCELLED"]);
            await daemon.SayAsync(7, "job", "watch", _words["CANCELLED"]);
            var failed = await daemon.SayAsync(4, "run", "start", "--data", At("words"), "--run", At("failed-run"), "--json");
            var runs = await daemon.JsonAsync("run", "list");
            _words["FAILEDRUN"] = Assert.Single(runs).GetProperty("run").GetString()!;
            Assert.Contains("cannot start", failed.Error, StringComparison.Ordinal);
        }

        /// <summary>The words of a command line, with paths and ids filled in.</summary>
        internal IReadOnlyList<string> Arguments(string line) =>
            [
                .. line.Split(' ')
                    .SelectMany(word =>
                        word switch
                        {
                            "DAEMON" => ["--data-folder", At("served")],
                            "NOBODY" => ["--data-folder", At("nobody")],
                            "SHIPPED" => [Path.Combine(Path.GetDirectoryName(Installation.Program)!, "models", "places.safetensors")],
                            _ => (string[])[_words.GetValueOrDefault(word, word)],
                        }
                    ),
            ];

        /// <inheritdoc/>
        public Task DisposeAsync()
        {
            _daemon?.Dispose();
            Scratch.Dispose();
            return Task.CompletedTask;
        }

        private async Task<string> SubmitAsync(string archive, string output) =>
            (await _daemon!.JsonAsync("job", "submit", At(archive), "--out", At(output), "--recolor"))[0].GetProperty("job").GetString()!;
    }
}
