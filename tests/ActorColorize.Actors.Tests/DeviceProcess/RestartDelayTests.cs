using ActorColorize.Actors.DeviceProcess;

namespace ActorColorize.Actors.Tests.DeviceProcess;

public sealed class RestartDelayTests
{
    [Fact]
    public void The_first_start_is_immediate_and_the_delay_of_each_further_one_doubles_up_to_a_bound()
    {
        var delay = new RestartDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

        Assert.Equal([0, 1, 2, 4, 8, 16, 30, 30, 30], Enumerable.Range(0, 9).Select(_ => delay.Next().TotalSeconds));
    }

    [Fact]
    public void After_a_useful_process_the_next_start_is_immediate_again()
    {
        var delay = new RestartDelay(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        for (var i = 0; i < 5; i++)
            delay.Next();

        delay.Reset();

        Assert.Equal([0, 1], Enumerable.Range(0, 2).Select(_ => delay.Next().TotalSeconds));
    }
}
