using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands.Runs;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Tests.CommandLine;

public sealed class RunGrammarTests
{
    private static readonly ClientOptions Nobody = new() { Program = $"actorcolorize {RunPreparation.ProgramVersion}" };

    [Fact]
    public async Task Start_takes_trains_options_a_name_and_a_key_and_makes_paths_absolute()
    {
        var trial = await new CommandLineTrial().RunAsync(
            "run",
            "start",
            "--data",
            "photos",
            "--data",
            "more",
            "--shares",
            "4,1",
            "--run",
            "runs/1",
            "--config",
            "c.json",
            "--profile",
            "zhang",
            "--steps",
            "400",
            "--batch",
            "8",
            "--seed",
            "18446744073709551615",
            "--resume",
            "other/checkpoints/step-00000400",
            "--initial-weights",
            "m.safetensors",
            "--precision",
            "fp32",
            "--recovery",
            "faultsPerHour=9",
            "--name",
            "first try",
            "--key",
            "k",
            "--data-folder",
            "/d",
            "--json"
        );

        Assert.Equal(
            new DaemonRequest<RunStartOptions>(
                Nobody with
                {
                    DataFolder = "/d",
                },
                new RunStartOptions(
                    new TrainingRequest(
                        Path.GetFullPath("photos"),
                        Path.GetFullPath("runs/1"),
                        "first try",
                        null,
                        Path.GetFullPath("c.json"),
                        "zhang",
                        400,
                        8,
                        ulong.MaxValue,
                        Path.GetFullPath("other/checkpoints/step-00000400"),
                        "fp32",
                        "faultsPerHour=9",
                        [Path.GetFullPath("more")],
                        [4, 1],
                        Path.GetFullPath("m.safetensors")
                    ),
                    "k"
                )
            ),
            trial.Asked
        );
    }

    [Fact]
    public async Task Start_leaves_missing_options_to_the_daemon()
    {
        var trial = await new CommandLineTrial().RunAsync("run", "start", "--data", "/photos", "--run", "/runs/1");

        Assert.Equal(
            new DaemonRequest<RunStartOptions>(Nobody, new RunStartOptions(new TrainingRequest("/photos", "/runs/1"), null)),
            trial.Asked
        );
    }

    [Theory]
    [InlineData("auto", null, false)]
    [InlineData("never", null, true)]
    [InlineData("/c", "/c", false)]
    public async Task Start_resumes_as_train_does(string given, string? checkpoint, bool startsAnew)
    {
        var trial = await new CommandLineTrial().RunAsync("run", "start", "--data", "/p", "--run", "/r", "--resume", given);

        var request = trial.Of<DaemonRequest<RunStartOptions>>().Options.Request;
        Assert.Equal((checkpoint, startsAnew), (request.Checkpoint, request.StartsAnew));
    }

    [Fact]
    public async Task Earlier_names_of_options_are_accepted_and_not_shown()
    {
        var trial = await new CommandLineTrial().RunAsync(
            "run",
            "start",
            "--data",
            "/p",
            "--out",
            "/r",
            "--from",
            "/c",
            "--daemon-data",
            "/d"
        );
        var help = string.Join('\n', (await new CommandLineTrial().RunAsync("run", "start", "--help")).Output);

        var (daemon, options) = trial.Of<DaemonRequest<RunStartOptions>>();
        Assert.Equal(("/d", "/r", "/c"), (daemon.DataFolder, options.Request.RunFolder, options.Request.Checkpoint));
        Assert.Contains("--run <FOLDER>", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--out", help, StringComparison.Ordinal);
        Assert.DoesNotContain("--daemon-data", help, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("stop")]
    [InlineData("checkpoints")]
    public async Task Commands_about_one_run_take_its_id(string command)
    {
        var trial = await new CommandLineTrial().RunAsync("run", command, "20260101-000000-abcdef", "--data-folder", "/d");

        Assert.Equal(new DaemonRequest<RunId>(Nobody with { DataFolder = "/d" }, new RunId("20260101-000000-abcdef")), trial.Asked);
    }

    [Fact]
    public async Task Promote_list_and_model_list_take_their_own_options()
    {
        Assert.Equal(
            new DaemonRequest<RunPromoteOptions>(Nobody, new RunPromoteOptions(new RunId("r"), new StepNumber(400), "mine")),
            (await new CommandLineTrial().RunAsync("run", "promote", "r", "--checkpoint", "400", "--as", "mine")).Asked
        );
        Assert.Equal(
            new DaemonRequest<RunPromoteOptions>(Nobody, new RunPromoteOptions(new RunId("r"), null, "mine")),
            (await new CommandLineTrial().RunAsync("run", "promote", "r", "--as", "mine")).Asked
        );
        Assert.Equal(
            new DaemonRequest<RunListOptions>(Nobody, new RunListOptions(7)),
            (await new CommandLineTrial().RunAsync("run", "list", "--limit", "7")).Asked
        );
        Assert.Equal(new DaemonRequest<NoOptions>(Nobody, default), (await new CommandLineTrial().RunAsync("model", "list")).Asked);
        Assert.Equal(
            new DaemonRequest<string>(Nobody, "mine"),
            (await new CommandLineTrial().RunAsync("model", "delete", "mine", "--data", GatewayFile.DefaultFolder)).Asked
        );
    }

    [Theory]
    [InlineData("start requires --data", "run start --run r")]
    [InlineData("start requires --run", "run start --data d")]
    [InlineData("--preset and --config are mutually exclusive", "run start --data d --run r --preset full --config c.json")]
    [InlineData("promote requires --as", "run promote r")]
    [InlineData("unknown command 'pasue', did you mean 'pause'?", "run pasue r")]
    public async Task An_invalid_command_line_is_reported_in_one_line(string message, string line)
    {
        var trial = await new CommandLineTrial().RunAsync(line.Split(' '));

        Assert.Equal(ExitCode.Usage, trial.Code);
        Assert.StartsWith($"error: {message}; see '", Assert.Single(trial.Error), StringComparison.Ordinal);
    }
}
