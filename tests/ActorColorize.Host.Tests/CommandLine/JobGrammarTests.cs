using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Commands.Jobs;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Tests.CommandLine;

public sealed class JobGrammarTests
{
    private static readonly ClientOptions Nobody = new() { Program = $"actorcolorize {RunPreparation.ProgramVersion}" };

    [Fact]
    public async Task Submit_takes_colorizes_options_a_key_and_a_priority_and_makes_paths_absolute()
    {
        var trial = await new CommandLineTrial().RunAsync(
            "job",
            "submit",
            "in",
            "--out",
            "out",
            "--model",
            "./m",
            "--key",
            "k",
            "--priority",
            "high",
            "--temperature",
            "0.2",
            "--rebalance",
            "0.5",
            "--flip-average",
            "--strength",
            "0.9",
            "--saturation",
            "1.5",
            "--recolor",
            "--all-frames",
            "--batch",
            "4",
            "--data-folder",
            "/d",
            "--json"
        );

        Assert.Equal(
            new DaemonRequest<JobSubmitOptions>(
                Nobody with
                {
                    DataFolder = "/d",
                },
                new JobSubmitOptions(
                    new JobRequest(
                        Path.GetFullPath("in"),
                        Path.GetFullPath("out"),
                        Path.GetFullPath("m"),
                        0.2,
                        0.5,
                        true,
                        0.9,
                        1.5,
                        true,
                        4,
                        AllFrames: true
                    ),
                    "k",
                    JobPriority.High
                )
            ),
            trial.Asked
        );
    }

    [Fact]
    public async Task Submit_leaves_missing_options_to_the_daemon()
    {
        var trial = await new CommandLineTrial().RunAsync(
            "job",
            "submit",
            "/in",
            "--out",
            "/out",
            "--daemon",
            "example.org:4587",
            "--certificate",
            "c.pem",
            "--authority",
            "a.crt"
        );

        var (daemon, options) = trial.Of<DaemonRequest<JobSubmitOptions>>();
        Assert.Equal(new JobRequest("/in", "/out"), options.Request);
        Assert.Equal(("example.org:4587", "c.pem", "a.crt"), (daemon.Daemon, daemon.CertificateFile, daemon.AuthorityFile));
        Assert.Null(options.Key);
    }

    [Theory]
    [InlineData("landscapes-2", "landscapes-2")]
    [InlineData("v1.2", "v1.2")]
    [InlineData("runs/first", null)]
    [InlineData("mine.safetensors", null)]
    [InlineData("published.pth", null)]
    [InlineData(".", null)]
    public async Task A_model_that_is_not_a_path_is_sent_to_the_daemon_as_a_name(string given, string? name)
    {
        var trial = await new CommandLineTrial().RunAsync("job", "submit", "/in", "--out", "/out", "--model", given);

        Assert.Equal(name ?? Path.GetFullPath(given), trial.Of<DaemonRequest<JobSubmitOptions>>().Options.Request.Model);
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("show")]
    [InlineData("errors")]
    [InlineData("resume")]
    [InlineData("cancel")]
    [InlineData("delete")]
    public async Task Commands_about_one_job_take_its_id(string command)
    {
        var trial = await new CommandLineTrial().RunAsync("job", command, "20260101-000000-abcdef");

        Assert.Equal(new JobId("20260101-000000-abcdef"), trial.Of<DaemonRequest<JobId>>().Options);
    }

    [Fact]
    public async Task Review_and_rerun_take_pictures_a_decision_and_settings()
    {
        var review = (
            await new CommandLineTrial().RunAsync(
                "job",
                "review",
                "j",
                "--picture",
                "a.jpg",
                "--picture",
                "b/c.jpg",
                "--decision",
                "approved"
            )
        ).Asked;
        var rerun = (
            await new CommandLineTrial().RunAsync("job", "rerun", "j", "--model", "warm", "--strength", "0.5", "--saturation", "1.2")
        ).Asked;

        var reviewed = Assert.IsType<DaemonRequest<JobReviewOptions>>(review).Options;
        Assert.Equal(["a.jpg", "b/c.jpg"], reviewed.Pictures);
        Assert.Equal((new JobId("j"), ReviewDecision.Approved), (reviewed.Job, reviewed.Decision));
        Assert.Equal(
            new DaemonRequest<JobRerunOptions>(
                Nobody,
                new JobRerunOptions(new JobId("j"), new RerunSettings("warm", Strength: 0.5, Saturation: 1.2), null)
            ),
            rerun
        );
    }

    [Fact]
    public async Task Pause_retry_and_list_take_their_own_options()
    {
        var pause = (await new CommandLineTrial().RunAsync("job", "pause", "j", "--reason", "lunch", "--for", "60")).Asked;
        var retry = (await new CommandLineTrial().RunAsync("job", "retry", "j", "--quarantined")).Asked;
        var list = (await new CommandLineTrial().RunAsync("job", "list", "--mine", "--limit", "7")).Asked;

        Assert.Equal(
            new DaemonRequest<JobPauseOptions>(Nobody, new JobPauseOptions(new JobId("j"), "lunch", TimeSpan.FromMinutes(1))),
            pause
        );
        Assert.Equal(new DaemonRequest<JobRetryOptions>(Nobody, new JobRetryOptions(new JobId("j"), true)), retry);
        Assert.Equal(new DaemonRequest<JobListOptions>(Nobody, new JobListOptions(true, 7)), list);
    }

    [Fact]
    public async Task Serve_takes_a_file_and_a_folder_or_nothing()
    {
        Assert.Equal(new ServeOptions(null, null), (await new CommandLineTrial().RunAsync("serve")).Asked);
        Assert.Equal(
            new ServeOptions("c.json", "d"),
            (await new CommandLineTrial().RunAsync("serve", "--config", "c.json", "--data", "d", "--json")).Asked
        );
    }

    [Fact]
    public async Task Status_is_that_of_the_selected_daemon()
    {
        Assert.Equal(Nobody, (await new CommandLineTrial().RunAsync("status")).Asked);
        Assert.Equal(
            "a:1,b:2",
            (await new CommandLineTrial().RunAsync("status", "--daemon", "a:1,b:2", "--json")).Of<ClientOptions>().Daemon
        );
    }

    [Fact]
    public async Task Submit_without_an_output_folder_is_refused_in_one_line()
    {
        var trial = await new CommandLineTrial().RunAsync("job", "submit", "in");

        Assert.Equal(ExitCode.Usage, trial.Code);
        Assert.StartsWith("error: submit requires --out; see '", Assert.Single(trial.Error));
    }
}
