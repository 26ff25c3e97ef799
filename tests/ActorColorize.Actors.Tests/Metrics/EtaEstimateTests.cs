using ActorColorize.Actors.Metrics;

namespace ActorColorize.Actors.Tests.Metrics;

public sealed class EtaEstimateTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void Even_steps_give_the_exact_end()
    {
        var eta = new EtaEstimate(1000, clock);
        Steps(eta, 1, 101, 2);

        Assert.Equal(TimeSpan.FromSeconds(899 * 2), eta.Remaining);
        Assert.Equal(clock.GetUtcNow().AddSeconds(899 * 2), eta.End);
        Assert.Equal(TimeSpan.FromSeconds(2), eta.StepDuration);
    }

    [Fact]
    public void There_is_no_estimate_before_three_steps_were_timed()
    {
        var eta = new EtaEstimate(1000, clock);
        Assert.Null(eta.Remaining);
        Steps(eta, 401, 403, 2);
        Assert.Null(eta.Remaining);
        Assert.Null(eta.End);
        Steps(eta, 404, 404, 2);
        Assert.Equal(TimeSpan.FromSeconds(596 * 2), eta.Remaining);
    }

    [Fact]
    public void The_slow_first_step_does_not_count()
    {
        var eta = new EtaEstimate(1000, clock);
        clock.Advance(500);
        Steps(eta, 1, 11, 1);

        Assert.Equal(TimeSpan.FromSeconds(989), eta.Remaining);
    }

    [Fact]
    public void A_machine_that_slept_for_a_day_hardly_moves_the_estimate()
    {
        var eta = new EtaEstimate(100_000, clock, window: 400);
        Steps(eta, 1, 301, 1);
        clock.Advance(86_400);
        eta.Completed(302);
        Steps(eta, 303, 401, 1);

        Assert.InRange(eta.StepDuration!.Value.TotalSeconds, 1.0, 1.03);
    }

    [Fact]
    public void Validations_count_with_their_share()
    {
        // Every 100 steps of 1 s, a validation of 8 s: 1.08 s per step.
        var eta = new EtaEstimate(10_000, clock, window: 400);
        for (var step = 1; step <= 1001; step++)
        {
            clock.Advance(step % 100 == 0 ? 9 : 1);
            eta.Completed(step);
        }

        Assert.Equal(1.08, eta.StepDuration!.Value.TotalSeconds, 1e-9);
    }

    [Fact]
    public void Only_recent_steps_count()
    {
        var eta = new EtaEstimate(1000, clock, window: 50);
        Steps(eta, 1, 300, 5);
        Steps(eta, 301, 350, 1);

        Assert.Equal(TimeSpan.FromSeconds(650), eta.Remaining);
    }

    [Fact]
    public void Steps_reported_together_share_the_time_and_a_repeated_report_changes_nothing()
    {
        var eta = new EtaEstimate(100, clock);
        eta.Completed(0);
        clock.Advance(20);
        eta.Completed(10);
        eta.Completed(10);

        Assert.Equal(TimeSpan.FromSeconds(180), eta.Remaining);
    }

    [Fact]
    public void Going_back_to_an_earlier_step_starts_over()
    {
        var eta = new EtaEstimate(1000, clock);
        Steps(eta, 1, 400, 1);
        eta.Completed(200);
        Assert.Null(eta.Remaining);
        Steps(eta, 201, 210, 3);

        Assert.Equal(TimeSpan.FromSeconds(790 * 3), eta.Remaining);
    }

    [Fact]
    public void At_the_end_nothing_is_left()
    {
        var eta = new EtaEstimate(10, clock);
        eta.Completed(10);

        Assert.Equal(TimeSpan.Zero, eta.Remaining);
        Assert.Equal(clock.GetUtcNow(), eta.End);
    }

    [Fact]
    public void An_end_beyond_the_calendar_is_no_end()
    {
        var eta = new EtaEstimate(long.MaxValue, clock);
        Steps(eta, 1, 10, 1000);

        Assert.Null(eta.End);
    }

    private void Steps(EtaEstimate eta, long from, long to, double seconds)
    {
        for (var step = from; step <= to; step++)
        {
            clock.Advance(seconds);
            eta.Completed(step);
        }
    }
}
