using ActorColorize.Actors.Gpu;
using ActorColorize.Client;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Commands.Datasets;
using ActorColorize.Host.Commands.Models;
using ActorColorize.Host.Commands.Runs;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Serving;
using ActorColorize.Host.Training;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Tests.CommandLine;

public sealed class GrammarTests
{
    [Fact]
    public async Task Train_has_the_documented_defaults()
    {
        var asked = await new CommandLineTrial().RunAsync("train", "--data", "photos", "--run", "runs/1");

        Assert.Equal(ExitCode.Success, asked.Code);
        var options = asked.Of<TrainOptions>();
        Assert.Equal(["photos"], options.Data);
        Assert.Equal(new TrainOptions { Data = options.Data, Run = "runs/1" }, options);
        Assert.Equal(ResumeMode.Auto, asked.Of<TrainOptions>().Resume.Mode);
        Assert.Equal("auto", asked.Of<TrainOptions>().Device);
        Assert.Equal("auto", asked.Of<TrainOptions>().Precision);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(4600, "--ui", "4600")]
    [InlineData(null, "--ui")]
    public async Task A_dashboard_may_have_a_port(int? port, params string[] ui)
    {
        var trained = await new CommandLineTrial().RunAsync(["train", "--data", "d", "--run", "r", .. ui]);
        var coloured = await new CommandLineTrial().RunAsync(["colorize", "old", .. ui, "--out", "o"]);

        var wanted = ui.Length == 0 ? null : new UiChoice(port);
        Assert.Equal(wanted, trained.Of<TrainOptions>().Ui);
        Assert.Equal(wanted, coloured.Of<ColorizeOptions>().Ui);
    }

    [Fact]
    public async Task Train_takes_every_option()
    {
        var asked = await new CommandLineTrial().RunAsync(
            "train",
            "--data",
            "d",
            "--data",
            "e",
            "--shares",
            "4,0.5",
            "--run",
            "r",
            "--preset",
            "full",
            "--steps",
            "400",
            "--batch",
            "32",
            "--seed",
            "18446744073709551615",
            "--resume",
            "never",
            "--initial-weights",
            "m.safetensors",
            "--device",
            "cuda:1",
            "--precision",
            "bf16",
            "--threads",
            "2",
            "--recovery",
            "faultsPerHour=9",
            "--inject",
            "oom@3,nan@5*2",
            "--json"
        );

        var options = asked.Of<TrainOptions>();
        Assert.Equal(["d", "e"], options.Data);
        Assert.Equal([4, 0.5], options.Shares);
        Assert.Equal(
            new TrainOptions
            {
                Data = options.Data,
                Shares = options.Shares,
                Run = "r",
                Preset = "full",
                Steps = 400,
                Batch = 32,
                Seed = ulong.MaxValue,
                Resume = new ResumeChoice(ResumeMode.Never, null),
                InitialWeights = "m.safetensors",
                Device = "cuda:1",
                Precision = "bf16",
                Threads = 2,
                Recovery = "faultsPerHour=9",
                Inject = "oom@3,nan@5*2",
            },
            options
        );
    }

    [Theory]
    [InlineData("--shares takes numbers above 0, separated by commas, not '4,0'", "--shares", "4,0")]
    [InlineData("--shares takes numbers above 0, separated by commas, not '4;1'", "--shares", "4;1")]
    public async Task Invalid_shares_are_reported_in_one_line(string expected, params string[] option)
    {
        var asked = await new CommandLineTrial().RunAsync(["train", "--data", "d", "--data", "e", "--run", "r", .. option]);

        Assert.Equal(ExitCode.Usage, asked.Code);
        Assert.Contains(asked.Error, line => line.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(nameof(IsolationMode.Auto))]
    [InlineData(nameof(IsolationMode.On), "--isolate")]
    [InlineData(nameof(IsolationMode.On), "--isolate", "on")]
    [InlineData(nameof(IsolationMode.Off), "--isolate=off")]
    [InlineData(nameof(IsolationMode.Auto), "--isolate", "auto")]
    [InlineData(nameof(IsolationMode.Codec), "--isolate", "codec")]
    public async Task Isolate_is_a_switch_that_also_takes_a_word(string expected, params string[] option)
    {
        var train = await new CommandLineTrial().RunAsync(["train", "--data", "d", "--run", "r", .. option]);
        var colorize = await new CommandLineTrial().RunAsync(["colorize", "in", "--out", "out", .. option, "--device-deadline", "2.5"]);

        Assert.Equal(new IsolationOptions(Enum.Parse<IsolationMode>(expected)), train.Of<TrainOptions>().Isolation);
        Assert.Equal(new IsolationOptions(Enum.Parse<IsolationMode>(expected), 2.5), colorize.Of<ColorizeOptions>().Isolation);
    }

    [Theory]
    [InlineData(nameof(IsolationMode.Auto), "cpu", false)]
    [InlineData(nameof(IsolationMode.Auto), "cuda:1", true)]
    [InlineData(nameof(IsolationMode.On), "cpu", true)]
    [InlineData(nameof(IsolationMode.Off), "cuda:0", false)]
    [InlineData(nameof(IsolationMode.Codec), "cpu", false)]
    [InlineData(nameof(IsolationMode.Codec), "cuda:0", true)]
    public void A_CUDA_device_is_isolated_unless_isolation_is_off(string mode, string device, bool isolated) =>
        Assert.Equal(isolated, new IsolationOptions(Enum.Parse<IsolationMode>(mode)).Isolates(device));

    [Theory]
    [InlineData(nameof(IsolationMode.Auto), false, false)]
    [InlineData(nameof(IsolationMode.Auto), true, true)]
    [InlineData(nameof(IsolationMode.On), false, true)]
    [InlineData(nameof(IsolationMode.Off), true, false)]
    [InlineData(nameof(IsolationMode.Codec), false, true)]
    public void Pictures_are_decoded_elsewhere_on_request_and_in_a_service(string mode, bool isService, bool isolated) =>
        Assert.Equal(isolated, new IsolationOptions(Enum.Parse<IsolationMode>(mode), IsService: isService).IsolatesCodec);

    [Theory]
    [InlineData("--isolate takes auto, on, off or codec, not 'perhaps'", "--isolate", "perhaps")]
    [InlineData("--device-deadline takes a number from 1 to 86400, not '0'", "--device-deadline", "0")]
    public async Task An_invalid_word_or_deadline_is_reported_in_one_line(string expected, params string[] option)
    {
        var asked = await new CommandLineTrial().RunAsync(["train", "--data", "d", "--run", "r", .. option]);

        Assert.Equal(ExitCode.Usage, asked.Code);
        Assert.Contains(expected, Assert.Single(asked.Error), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_file_replaces_the_preset()
    {
        var asked = await new CommandLineTrial().RunAsync("train", "--data", "d", "--run", "r", "--config", "own.json");

        Assert.Null(asked.Of<TrainOptions>().Preset);
        Assert.Equal("own.json", asked.Of<TrainOptions>().Config);
    }

    [Fact]
    public async Task Resume_takes_a_checkpoint_folder()
    {
        var asked = await new CommandLineTrial().RunAsync(
            "train",
            "--data",
            "d",
            "--run",
            "r",
            "--resume",
            "runs/1/checkpoints/step-00000400"
        );

        Assert.Equal(new ResumeChoice(ResumeMode.Checkpoint, "runs/1/checkpoints/step-00000400"), asked.Of<TrainOptions>().Resume);
    }

    [Fact]
    public async Task Dataset_inspect_takes_every_option_and_looks_at_all_splits_by_itself()
    {
        var plain = await new CommandLineTrial().RunAsync("dataset", "inspect", "photos");
        var full = await new CommandLineTrial().RunAsync(
            "dataset",
            "inspect",
            "photos",
            "--split",
            "val",
            "--report",
            "findings",
            "--json"
        );

        Assert.Equal(new DatasetInspectOptions("photos", null, null), plain.Asked);
        Assert.Equal(new DatasetInspectOptions("photos", "val", "findings"), full.Asked);
    }

    [Fact]
    public async Task Colorize_takes_every_option()
    {
        var asked = await new CommandLineTrial().RunAsync(
            "colorize",
            "in",
            "--out",
            "o",
            "--model",
            "m.safetensors",
            "--strength",
            "0.8",
            "--saturation",
            "1.25",
            "--temperature",
            "0.38",
            "--recolor",
            "--compare",
            "--batch",
            "4",
            "--device",
            "cpu",
            "--threads",
            "3"
        );

        Assert.Equal(
            new ColorizeOptions
            {
                Request = new JobRequest(
                    "in",
                    "o",
                    "m.safetensors",
                    Temperature: 0.38,
                    Strength: 0.8,
                    Saturation: 1.25,
                    Recolor: true,
                    Batch: 4
                ),
                Compare = true,
                Device = "cpu",
                Threads = 3,
            },
            asked.Asked
        );
    }

    [Fact]
    public async Task A_picture_may_be_named_like_a_response_file()
    {
        var asked = await new CommandLineTrial().RunAsync("colorize", "@1.jpg", "--out", "o");

        Assert.Equal("@1.jpg", asked.Of<ColorizeOptions>().Request.Input);
    }

    [Fact]
    public async Task A_picture_may_be_named_like_an_option_after_two_dashes()
    {
        var asked = await new CommandLineTrial().RunAsync("colorize", "--out", "o", "--", "--json");

        Assert.Equal("--json", asked.Of<ColorizeOptions>().Request.Input);
        Assert.Equal(ExitCode.Success, asked.Code);
    }

    [Fact]
    public async Task Evaluate_and_demo_and_doctor_have_their_defaults()
    {
        Assert.Equal(
            new EvaluateOptions { Data = "d", Split = "val" },
            (await new CommandLineTrial().RunAsync("evaluate", "--data", "d")).Asked
        );
        var report = await new CommandLineTrial().RunAsync(
            "evaluate",
            "--data",
            "d",
            "--compare-with",
            "m",
            "--report",
            "r",
            "--gallery",
            "48",
            "--rank-by",
            "ciede2000",
            "--threads",
            "1"
        );
        Assert.Equal(
            new EvaluateOptions
            {
                Data = "d",
                CompareWith = "m",
                Report = "r",
                Gallery = 48,
                RankBy = RankingMeasure.Ciede2000,
                Threads = 1,
            },
            report.Asked
        );
        Assert.Equal(new DemoOptions("demo", 120), (await new CommandLineTrial().RunAsync("demo")).Asked);
        Assert.Equal(
            new DoctorOptions(false, null, null),
            (await new CommandLineTrial(OutputStyle.Json).RunAsync("doctor", "--json")).Asked
        );
        Assert.Equal(
            new DoctorOptions(true, "c.json", "/d"),
            (await new CommandLineTrial().RunAsync("doctor", "--daemon", "--config", "c.json", "--data-folder", "/d")).Asked
        );
    }

    [Fact]
    public async Task Model_export_takes_every_option()
    {
        var asked = await new CommandLineTrial().RunAsync(
            "model",
            "export",
            "m",
            "--format",
            "safetensors",
            "--out",
            "o",
            "--temperature",
            "0.5",
            "--rebalance",
            "0.25",
            "--saturation",
            "2",
            "--estimator",
            "median",
            "--sure-entropy",
            "1.5",
            "--taper",
            "10",
            "--second-scale",
            "0.75",
            "--image-size",
            "96",
            "--type",
            "bf16",
            "--force",
            "--json"
        );

        Assert.Equal(
            new ModelExportOptions(
                "m",
                ModelFormat.SafeTensors,
                "o",
                0.5,
                0.25,
                2,
                ColorEstimator.GeometricMedian,
                1.5,
                10,
                0.75,
                96,
                TensorType.BFloat16,
                true
            ),
            asked.Asked
        );
    }

    [Fact]
    public async Task Model_import_info_and_verify_take_a_file()
    {
        Assert.Equal(
            new ModelImportOptions("a.pth", "b.safetensors", true),
            (await new CommandLineTrial().RunAsync("model", "import", "a.pth", "--out", "b.safetensors", "--force")).Asked
        );
        Assert.Equal("m", (await new CommandLineTrial().RunAsync("model", "info", "m")).Asked);
        Assert.Equal("m", (await new CommandLineTrial().RunAsync("model", "verify", "m")).Asked);
        Assert.StartsWith(
            "error: export requires --format; see '",
            Assert.Single((await new CommandLineTrial().RunAsync("model", "export", "m")).Error),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Run_show_takes_the_folder_and_json()
    {
        var asked = await new CommandLineTrial().RunAsync("run", "show", "runs/first", "--json");

        Assert.Equal(
            new RunShowOptions("runs/first", new ClientOptions { Program = $"actorcolorize {RunPreparation.ProgramVersion}" }),
            asked.Asked
        );
    }

    [Theory]
    [InlineData("train requires --data", "train")]
    [InlineData("train requires --run", "train --data d")]
    [InlineData("colorize requires --out", "colorize in")]
    [InlineData("unknown option '--stpes', did you mean '--steps'?", "train --data d --run r --stpes 4")]
    [InlineData("unknown command 'trian', did you mean 'train'?", "trian")]
    [InlineData("--steps takes a whole number of at least 1, not '0'", "train --data d --run r --steps 0")]
    [InlineData("--steps takes a whole number of at least 1, not '1e3'", "train --data d --run r --steps 1e3")]
    [InlineData("--batch takes a whole number from 1 to 65536, not 'many'", "train --data d --run r --batch many")]
    [InlineData("--seed takes a whole number of at least 0, not '-1'", "train --data d --run r --seed -1")]
    [InlineData("--strength takes a number from 0 to 1, not '1.1'", "colorize in --out o --strength 1.1")]
    [InlineData("--saturation takes a number from 0 to 4, not 'NaN'", "colorize in --out o --saturation NaN")]
    [InlineData("--temperature takes a number from 0 to 1, not '0,5'", "colorize in --out o --temperature 0,5")]
    [InlineData("--device takes auto, cpu or cuda:N (for example cuda:0), not 'gpu'", "train --data d --run r --device gpu")]
    [InlineData("--precision takes auto, fp32 or bf16, not 'fp16'", "train --data d --run r --precision fp16")]
    [InlineData("--preset and --config are mutually exclusive", "train --data d --run r --preset full --config c.json")]
    [InlineData("--gallery requires --report", "evaluate --data d --gallery 48")]
    [InlineData("--rank-by requires --report", "evaluate --data d --rank-by psnr")]
    [InlineData("--gallery takes a whole number from 1 to 400, not '0'", "evaluate --data d --report r --gallery 0")]
    [InlineData("--rank-by takes over-grey, ciede2000, psnr or rebalanced, not 'beauty'", "evaluate --data d --report r --rank-by beauty")]
    [InlineData("--seconds takes a whole number from 5 to 86400, not '1'", "demo --seconds 1")]
    public async Task An_invalid_command_line_is_reported_in_one_line_with_the_option(string message, string line)
    {
        var asked = await new CommandLineTrial().RunAsync(line.Split(' '));

        Assert.Equal(ExitCode.Usage, asked.Code);
        Assert.Empty(asked.Output);
        Assert.StartsWith($"error: {message}; see '", Assert.Single(asked.Error));
        Assert.Null(asked.Asked);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("colorize")]
    [InlineData("demo")]
    [InlineData("doctor")]
    [InlineData("run")]
    public async Task Every_command_has_help_with_examples(string command)
    {
        var asked = await new CommandLineTrial().RunAsync(command, "--help");

        Assert.Equal(ExitCode.Success, asked.Code);
        Assert.Contains("Examples:", asked.Output);
        Assert.Contains(asked.Output, line => line.Contains($" {command}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_example_parses()
    {
        var help = await new CommandLineTrial().RunAsync("--help");
        var commands = new[] { "train", "evaluate", "colorize", "demo", "doctor", "run" };
        var lines = new List<string>(help.Output);
        foreach (var command in commands)
            lines.AddRange((await new CommandLineTrial().RunAsync(command, "--help")).Output);

        var examples = lines
            .SkipWhile(line => line != "Examples:")
            .Select(line => line.Trim().Split(' '))
            .Where(words => words.Length > 1 && commands.Contains(words[1]) && !words.Contains("[options]") && !words.Contains("<IN>"))
            .ToList();
        Assert.True(examples.Count >= 12);
        foreach (var example in examples)
            Assert.Equal(ExitCode.Success, (await new CommandLineTrial().RunAsync(example[1..])).Code);
    }
}
