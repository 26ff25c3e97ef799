using ActorColorize.Client;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary><c>job show</c>: the state of one job.</summary>
internal sealed class JobShowCommand(CommandContext context) : OneJobCommand(context, "show", "Show the state of a job.")
{
    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobId options)
    {
        var status = await client.Jobs.ShowAsync(options, Stop);
        foreach (var line in JobReport.Text(status, Time.GetLocalNow()))
            Screen.Line(line);
        Screen.Json(JobReport.Json(status));
        return ExitCode.Success;
    }
}
