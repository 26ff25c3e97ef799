using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// The thread that starts processes of this program. Such a process asks the kernel to be killed when the thread that started it ends, and
/// thread pool threads may end; this one lives until the program ends.
/// </summary>
internal static class ProcessStartThread
{
    private static readonly BlockingCollection<Action> Orders = StartThread();

    /// <summary>Starts a process.</summary>
    internal static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Orders.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private static BlockingCollection<Action> StartThread()
    {
        var orders = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var order in orders.GetConsumingEnumerable())
                order();
        })
        {
            IsBackground = true,
            Name = "device process starter",
        }.Start();
        return orders;
    }
}
