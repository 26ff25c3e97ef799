using ActorColorize.Data.Storage;

namespace ActorColorize.Data.Tests.Storage;

/// <summary>Work on files that makes no progress is given up; work that does may take its time.</summary>
public sealed class IoWatchTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    private readonly ManualResetEventSlim _answer = new();

    [Fact]
    public async Task Work_that_makes_no_progress_is_given_up()
    {
        var watch = new IoWatch(Short);
        var fault = await Assert.ThrowsAsync<StalledIoException>(() => watch.Run("/mnt/nas", Wait));
        Assert.StartsWith("no answer from the drive for 0.2 seconds", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_makes_progress_may_take_longer_than_the_deadline()
    {
        var watch = new IoWatch(TimeSpan.FromSeconds(2));
        var result = await watch.Run("/mnt/nas", progress =>
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            while (clock.Elapsed < TimeSpan.FromSeconds(3))
                progress.Report();
            return 7;
        });
        Assert.Equal(7, result);
    }

    [Fact]
    public async Task Work_may_end_at_the_moment_in_which_it_is_looked_at()
    {
        // It is looked at four times within the deadline. The work ends within microseconds of the first time, before or after.
        var interval = TimeSpan.FromMilliseconds(5);
        var watch = new IoWatch(interval * 4);
        for (var i = 0; i < 400; i++)
        {
            var length = interval + TimeSpan.FromMicroseconds(5 * (i % 200));
            var fault = await Record.ExceptionAsync(() => watch.Run("/mnt/nas", _ => Spin(length)));
            Assert.True(fault is null or StalledIoException, fault?.ToString()); // stalled: the machine had no time for it
        }

        static int Spin(TimeSpan length)
        {
            for (var clock = System.Diagnostics.Stopwatch.StartNew(); clock.Elapsed < length; )
                Thread.SpinWait(10);
            return 1;
        }
    }

    [Fact]
    public async Task The_rest_of_the_work_may_take_any_time_once_it_no_longer_reads()
    {
        var watch = new IoWatch(Short);
        var result = watch.Run("/mnt/nas", progress =>
        {
            progress.End();
            return Wait(progress);
        });
        await Assert.ThrowsAsync<TimeoutException>(() => result.WaitAsync(Short * 5));
        _answer.Set();
        Assert.Equal(1, await result);
    }

    [Fact]
    public async Task Stalled_work_of_one_folder_is_limited_and_leaves_other_folders_alone()
    {
        var watch = new IoWatch(Short);
        Task ended = Task.CompletedTask;
        for (var i = 0; i < IoWatch.MostStalledInFolder; i++)
            await Assert.ThrowsAsync<StalledIoException>(() => watch.Run("/mnt/nas", Wait, begun => ended = Task.WhenAll(ended, begun)));

        var refused = await Assert.ThrowsAsync<StalledIoException>(() => watch.Run("/mnt/nas", _ => 1));
        Assert.StartsWith("not tried", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await watch.Run("/home", _ => 1));

        _answer.Set();
        await ended;
        Assert.Equal(1, await Eventually(() => watch.Run("/mnt/nas", _ => 1)));
    }

    [Fact]
    public async Task So_many_stalled_folders_stop_all_work_until_one_answers()
    {
        var watch = new IoWatch(Short, mostStalled: 3);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(i => Assert.ThrowsAsync<StalledIoException>(() => watch.Run($"/mnt/{i}", Wait))));

        var refused = await Assert.ThrowsAsync<StalledIoException>(() => watch.Run("/home", _ => 1));
        Assert.True(refused.IsOfAllFolders);
        _answer.Set();
        Assert.Equal(1, await Eventually(() => watch.Run("/home", _ => 1)));
    }

    [Fact]
    public async Task An_exception_of_the_work_is_passed_on()
    {
        var watch = new IoWatch(Short);
        var fault = await Assert.ThrowsAsync<IOException>(() =>
            watch.Run<int>("/mnt/nas", _ => throw new IOException("input/output error"))
        );
        Assert.Equal("input/output error", fault.Message);
    }

    public void Dispose()
    {
        _answer.Set();
        _answer.Dispose();
    }

    private int Wait(IoProgress progress)
    {
        _answer.Wait();
        return 1;
    }

    /// <summary>The end of stalled work is counted just after its task has ended.</summary>
    private static async Task<int> Eventually(Func<Task<int>> work)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (StalledIoException) when (attempt < 1000)
            {
                await Task.Yield();
            }
        }
    }
}
