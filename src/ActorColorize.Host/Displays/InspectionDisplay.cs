using ActorColorize.Actors.Inspection;
using ActorColorize.Actors.Jobs;

namespace ActorColorize.Host.Displays;

/// <summary>Shows an inspection's progress. Called from one thread at a time.</summary>
internal sealed class InspectionDisplay : IAsyncDisposable
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(20);

    /// <summary>A rate over a shorter time is meaningless.</summary>
    private static readonly TimeSpan BeforeFirstRate = TimeSpan.FromSeconds(2);

    private readonly Screen _screen;
    private readonly TimeProvider _time;
    private readonly Throttle _throttle;
    private readonly LiveBar? _bar;
    private RecentRate _rate = new(RateWindow);
    private string? _what;
    private long _done;
    private long _beganAt;

    /// <summary>A display that fits the screen.</summary>
    public InspectionDisplay(Screen screen, TimeProvider time)
    {
        _screen = screen;
        _time = time;
        _throttle = new Throttle(time, TimeSpan.FromSeconds(5));
        _bar = screen.Style == OutputStyle.Live ? LiveBar.Show(screen.People, "inspecting") : null;
    }

    /// <summary>The inspection made progress.</summary>
    public void Moved(InspectionEvents.Progressed progress)
    {
        if (progress.What != _what)
            (_what, _done, _beganAt, _rate) = (progress.What, 0, _time.GetTimestamp(), new RecentRate(RateWindow));
        var now = _time.GetElapsedTime(_beganAt);
        _rate.Add(now, progress.Done - _done);
        _done = progress.Done;
        var perSecond = _rate.PerSecond(now);
        var text =
            $"{Quantities.Count(progress.Done)} of {Quantities.Count(progress.Total)}"
            + (
                perSecond > 0 && now >= BeforeFirstRate
                    ? $", {Quantities.Rate(perSecond)}/s, "
                        + $"{Quantities.Time(TimeSpan.FromSeconds((progress.Total - progress.Done) / perSecond))} left"
                    : ""
            );
        if (_bar is not null)
            _bar.Update(progress.What, progress.Total > 0 ? (double)progress.Done / progress.Total : null, text);
        else if (_throttle.MayPass(progress.What, isLast: progress.Done == progress.Total))
            _screen.Line($"{progress.What}: {text}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _bar?.DisposeAsync() ?? ValueTask.CompletedTask;
}
