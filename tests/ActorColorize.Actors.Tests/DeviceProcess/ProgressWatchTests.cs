using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Tests.DeviceProcess;

/// <summary>When a device process is considered hung, with a deadline of 10 seconds and a check every second.</summary>
public sealed class ProgressWatchTests
{
    private readonly DeviceProcessLimits _limits = new() { Deadline = TimeSpan.FromSeconds(10) };

    [Fact]
    public void A_device_that_makes_progress_does_not_hang()
    {
        var watch = new ProgressWatch(_limits, TimeSpan.Zero);
        for (var second = 1; second <= 1000; second++)
        {
            watch.Heard(Beat(second, DeviceActivity.Working), At(second));
            Assert.Null(watch.Judge(At(second)));
        }
    }

    [Fact]
    public void A_process_without_heartbeats_hangs_after_the_deadline()
    {
        var watch = new ProgressWatch(_limits, TimeSpan.Zero);
        watch.Heard(Beat(1, DeviceActivity.Idle), At(0));

        Assert.Equal(11, FirstAlarm(watch, heartbeat: null));
    }

    [Fact]
    public void A_process_that_has_work_and_makes_no_progress_hangs_after_the_deadline_despite_heartbeats()
    {
        var watch = new ProgressWatch(_limits, TimeSpan.Zero);
        watch.Heard(Beat(7, DeviceActivity.Working), At(0));

        Assert.Equal(11, FirstAlarm(watch, Beat(7, DeviceActivity.Working)));
    }

    [Theory]
    [InlineData(DeviceActivity.Preparing)]
    [InlineData(DeviceActivity.WaitingForPictures)]
    public void Opening_and_slow_disks_are_given_more_time(DeviceActivity activity)
    {
        var watch = new ProgressWatch(_limits, TimeSpan.Zero);
        watch.Heard(Beat(7, activity), At(0));

        Assert.Equal(61, FirstAlarm(watch, Beat(7, activity)));
        Assert.Equal(TimeSpan.FromSeconds(300), new DeviceProcessLimits().PatientDeadline);
    }

    [Fact]
    public void An_idle_process_never_hangs()
    {
        var watch = new ProgressWatch(_limits, TimeSpan.Zero);
        for (var second = 1; second <= 1000; second++)
        {
            watch.Heard(Beat(7, DeviceActivity.Idle), At(second));
            Assert.Null(watch.Judge(At(second)));
        }
    }

    [Fact]
    public void Time_without_checks_is_not_counted()
    {
        var watch = new ProgressWatch(_limits, TimeSpan.Zero);
        watch.Heard(Beat(7, DeviceActivity.Working), At(1));

        Assert.Null(watch.Judge(At(3600))); // this process was stopped for an hour, or the machine slept
        Assert.Equal(3606, FirstAlarm(watch, heartbeat: null, from: 3601)); // and what is still silent then hangs
    }

    private static int FirstAlarm(ProgressWatch watch, DeviceProcessEvents.Heartbeat? heartbeat, int from = 1)
    {
        for (var second = from; second <= from + 1000; second++)
        {
            if (heartbeat is not null)
                watch.Heard(heartbeat, At(second));
            if (watch.Judge(At(second)) is not null)
                return second;
        }

        return -1;
    }

    private static TimeSpan At(int second) => TimeSpan.FromSeconds(second);

    private static DeviceProcessEvents.Heartbeat Beat(long beats, DeviceActivity activity) => new(beats, activity, 0);
}
