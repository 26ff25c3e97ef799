using ActorColorize.Client;
using ActorColorize.Host.Displays;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Remote;

/// <summary>Shows the progress of a daemon's run.</summary>
internal sealed class RemoteRunWatch(ColorizeClient client, ITrainingDisplay display, TimeProvider time)
{
    private readonly Throttle _doing = new(time, TimeSpan.FromSeconds(5));
    private StepNumber? _shown;

    /// <summary>Shows the stored events and those from now on.</summary>
    /// <returns>How the run ended.</returns>
    public async Task<TrainingReports.RunStatus> UntilItIsOverAsync(RunId run, CancellationToken cancellation)
    {
        TrainingReports.RunStatus? last = null;
        await foreach (var updates in client.Runs.WatchAsync(run, cancellation: cancellation))
        {
            foreach (var notice in updates.Notices)
                display.Noticed(PrintableName.Of(notice.Text));
            last = updates.Status;
            Show(last);
        }

        return last ?? await client.Runs.ShowAsync(run, cancellation);
    }

    private void Show(TrainingReports.RunStatus status)
    {
        if (status.Doing is { } doing && _doing.MayPass(doing.Split(':')[0], isLast: false))
            display.Noticed(PrintableName.Of(doing));
        if (status.Progress is not { } progress || status.TotalSteps is not { } total || status.Step == _shown)
            return;
        _shown = status.Step;
        var fresh = status.Validation is { } validation && validation.Step == status.Step ? validation : null;
        display.Logged(status.Run, status.Step, total, progress, fresh);
    }
}
