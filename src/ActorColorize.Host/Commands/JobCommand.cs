using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>The sub-commands of <c>job</c>: each is a few calls of the client library.</summary>
internal sealed class JobCommand(CommandContext context)
{
    /// <summary>What runs for each of them.</summary>
    public JobActions Actions =>
        new()
        {
            Submit = SubmitAsync,
            Watch = WatchAsync,
            Show = ShowAsync,
            List = ListAsync,
            Errors = ErrorsAsync,
            Pause = options =>
                TellAsync(options.Daemon, options.Job, client => client.PauseAsync(options.Job, options.Reason, options.Duration, Stop)),
            Resume = options => TellAsync(options.Daemon, options.Job, client => client.ResumeAsync(options.Job, Stop)),
            Cancel = options => TellAsync(options.Daemon, options.Job, client => client.CancelAsync(options.Job, Stop)),
            Retry = RetryAsync,
        };

    private CancellationToken Stop => context.Stop.Token;

    private async Task<ExitCode> SubmitAsync(JobSubmitOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var submission = await client.SubmitAsync(options.Request, options.Key, options.Priority, Stop);
        context.Screen.Line(
            submission.IsNew ? $"job {submission.Job} is accepted" : $"job {submission.Job} was submitted before under this key"
        );
        context.Screen.Line($"  'actorcolorize job watch {submission.Job}' shows its progress");
        context.Screen.Json(new { Job = submission.Job.Value, submission.IsNew });
        return ExitCode.Success;
    }

    private async Task<ExitCode> WatchAsync(JobOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        JobReports.JobStatus end;
        await using (var display = ColorizeDisplay.For(context.Screen, context.Time))
            end = await new RemoteJobWatch(client, display, context.Screen).UntilItIsOverAsync(options.Job, Stop);
        context.Screen.Json(JobReport.Json(end));
        return end.Phase switch
        {
            JobPhase.Completed => ExitCode.Success,
            JobPhase.CompletedWithErrors => ExitCode.CompletedWithErrors,
            _ => throw new RunFailedException(
                $"job {end.Job} {(end.Phase == JobPhase.Cancelled ? "was cancelled" : "failed")}: {end.Detail}"
            ),
        };
    }

    private async Task<ExitCode> ShowAsync(JobOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var status = await client.ShowAsync(options.Job, Stop);
        foreach (var line in JobReport.Text(status, context.Time.GetLocalNow()))
            context.Screen.Line(line);
        context.Screen.Json(JobReport.Json(status));
        return ExitCode.Success;
    }

    private async Task<ExitCode> ListAsync(JobListOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var shown = 0;
        await foreach (var job in client.ListAsync(options.OnlyMine, Stop))
        {
            if (shown++ == options.Limit)
                break;
            context.Screen.Line(JobReport.Text(job, context.Time.GetLocalNow()));
            context.Screen.Json(JobReport.Json(job));
        }

        if (shown == 0)
            context.Screen.Line("no jobs");
        return ExitCode.Success;
    }

    private async Task<ExitCode> ErrorsAsync(JobOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var none = true;
        await foreach (var error in client.ErrorsAsync(options.Job, Stop))
        {
            none = false;
            var reason = JobReport.Reason(error.Outcome) ?? string.Empty;
            context.Screen.Line($"{PrintableName.Of(error.RelativePath)}: {reason} (tried {Quantities.Count(error.Attempts)} times)");
            context.Screen.Json(
                new
                {
                    Item = error.RelativePath,
                    Reason = reason,
                    Class = (error.Outcome as ItemOutcome.Failed)?.Class,
                    Quarantined = error.Outcome is ItemOutcome.Quarantined,
                    error.Attempts,
                }
            );
        }

        if (none)
            context.Screen.Line($"no picture of job {options.Job} has failed");
        return ExitCode.Success;
    }

    private async Task<ExitCode> RetryAsync(JobRetryOptions options)
    {
        await using var client = await context.ConnectAsync(options.Daemon);
        var retry = await client.RetryAsync(options.Job, options.Quarantined, Stop);
        context.Screen.Line(
            $"job {options.Job}: {Quantities.Count(retry.TakenUp, "picture")} taken up again{(retry.Left > 0 ? $", {Quantities.Count(retry.Left)} left (--quarantined takes them too)" : string.Empty)}"
        );
        context.Screen.Json(
            new
            {
                Job = options.Job.Value,
                retry.TakenUp,
                retry.Left,
            }
        );
        return ExitCode.Success;
    }

    private async Task<ExitCode> TellAsync(ClientOptions daemon, JobId job, Func<ColorizeClient, Task<JobPhase>> command)
    {
        await using var client = await context.ConnectAsync(daemon);
        var phase = await command(client);
        context.Screen.Line($"job {job}: {JobReport.Word(phase)}");
        context.Screen.Json(new { Job = job.Value, Phase = phase });
        return ExitCode.Success;
    }
}
