namespace ActorColorize.Actors.Metrics;

/// <summary>
/// When a run will end, from how long its recent steps took. Pauses that belong to a run (validation, checkpoints) count; a machine that
/// slept for an hour, or one slow first step, hardly changes the estimate: no step counts for more than ten times the median.
/// </summary>
/// <remarks>
/// Not thread-safe. The first reported step only starts the clock, so the slow start of a process is left out, and a resumed run starts
/// over.
/// </remarks>
public sealed class EtaEstimate
{
    /// <summary>Steps that must have been timed before there is an estimate.</summary>
    public const int FewestSteps = 3;

    private const double LargestRatioToMedian = 10;

    private readonly TimeProvider clock;
    private readonly long totalSteps;
    private readonly double[] seconds;
    private readonly double[] sorted;
    private int filled;
    private int next;
    private long lastStep = -1;
    private long lastTime;

    /// <param name="totalSteps">Step at which the run ends.</param>
    /// <param name="clock">Tells the time; null: the system's.</param>
    /// <param name="window">How many recent steps count. Longer than the distance of two validations, so that each estimate has its share
    /// of them.</param>
    public EtaEstimate(long totalSteps, TimeProvider? clock = null, int window = 400)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(totalSteps);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, FewestSteps);
        this.clock = clock ?? TimeProvider.System;
        this.totalSteps = totalSteps;
        seconds = new double[window];
        sorted = new double[window];
    }

    /// <summary>Reports that a step is complete, now.</summary>
    /// <param name="step">Completed steps. If several were completed since the last report, each counts for its part of the time; if it
    /// goes back, the estimate starts over.</param>
    public void Completed(long step)
    {
        if (step == lastStep)
            return;
        var now = clock.GetTimestamp();
        if (lastStep >= 0 && step > lastStep)
        {
            var steps = step - lastStep;
            var each = clock.GetElapsedTime(lastTime, now).TotalSeconds / steps;
            for (var count = Math.Min(steps, seconds.Length); count > 0; count--)
                Add(each);
        }
        else if (step < lastStep)
        {
            filled = next = 0;
        }

        lastStep = step;
        lastTime = now;
    }

    /// <summary>Mean duration of a recent step, pauses included; null until enough steps were timed.</summary>
    public TimeSpan? StepDuration
    {
        get
        {
            if (filled < FewestSteps)
                return null;
            var recent = sorted.AsSpan(0, filled);
            seconds.AsSpan(0, filled).CopyTo(recent);
            recent.Sort();
            var median = (recent[(filled - 1) / 2] + recent[filled / 2]) / 2;
            var sum = 0.0;
            foreach (var duration in recent)
                sum += Math.Min(duration, median * LargestRatioToMedian);
            return TimeSpan.FromSeconds(sum / filled);
        }
    }

    /// <summary>Remaining time; zero when the run has ended, null until enough steps were timed.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            if (lastStep >= totalSteps)
                return TimeSpan.Zero;
            if (StepDuration is not { } duration)
                return null;
            var left = duration.TotalSeconds * (totalSteps - lastStep);
            return left < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(left) : null;
        }
    }

    /// <summary>Wall-clock time of the end; null until enough steps were timed or when it lies beyond the calendar.</summary>
    public DateTimeOffset? End
    {
        get
        {
            var now = clock.GetUtcNow();
            return Remaining is { } left && left < DateTimeOffset.MaxValue - now ? now + left : null;
        }
    }

    private void Add(double duration)
    {
        seconds[next] = duration;
        next = (next + 1) % seconds.Length;
        filled = Math.Min(filled + 1, seconds.Length);
    }
}
