using System.Diagnostics;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Actors.Metrics;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Training;
using ActorColorize.Model.Devices;
using Akka.Actor;

namespace ActorColorize.Host.Tests.Isolation;

/// <summary>
/// A parent survives any number of dead device processes with constant memory and open files. Each process here is killed as soon
/// as it has given its first heartbeat. Their number is 30; <c>ACTORCOLORIZE_DEATHS=200</c> in the environment changes it.
/// </summary>
[Collection(nameof(Alone))]
[Trait("Speed", "Slow")]
public sealed class DeviceDeathsTests : IDisposable
{
    private const int WarmUp = 20;

    // malloc's arenas fill up with the threads of the first hundred endpoints and do not grow further.
    private const int MostGrowthBytes = 48_000_000;
    private const int MostManagedGrowthBytes = 4_000_000; // one endpoint that is kept takes about one
    private const int MostGrowthFiles = 12; // sockets of the last endpoint, which is closed beside what goes on

    private static readonly int Deaths = int.TryParse(Environment.GetEnvironmentVariable("ACTORCOLORIZE_DEATHS"), out var number)
        ? number
        : 30;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ScratchFolder _scratch = new();
    private readonly ActorSystem _system = ActorSystem.Create("parent");

    public void Dispose()
    {
        _system.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task A_parents_memory_does_not_grow_with_the_number_of_dead_device_processes()
    {
        var limits = new DeviceProcessLimits { LongestDelay = TimeSpan.FromMilliseconds(100), MaximumFailedStarts = null };
        var device = new DeviceDescription("cpu", "requested", Precision.Fp32, 1, null, ColoursArchives: false, _scratch.Path, "deaths");
        var starter = new WatchedStarter(new IsolatedProcessStarter(OwnProgram.Command, device, limits));
        var signs = new SignsOfLife();
        var metrics = _system.ActorOf(Props.Create(() => new Listener(signs)));
        Action<string> givenUp = _ => { };
        _system.ActorOf(
            Props.Create(() =>
                new DeviceProcessActor(
                    limits,
                    starter,
                    RunPreparation.ProgramVersion,
                    metrics,
                    ActorRefs.Nobody,
                    givenUp,
                    TimeProvider.System
                )
            ),
            "device"
        );

        Footprint? warm = null;
        var pids = new HashSet<int>();
        for (var death = 1; death <= Deaths; death++)
        {
            var process = await NextAliveAsync(signs, starter, pids);
            process.Kill();
            Assert.Equal(ProcessEnd.KilledCode, (await process.Ended.WaitAsync(Patience)).ExitCode);
            if (death == WarmUp)
                warm = Footprint.OfThisProcess();
        }

        await NextAliveAsync(signs, starter, pids); // the last one is replaced as well
        var end = Footprint.OfThisProcess();
        Console.WriteLine($"after {WarmUp} deaths {warm}, after {Deaths} {end}");

        Assert.Equal(Deaths + 1, pids.Count);
        Assert.InRange(end.Bytes, 0, warm!.Bytes + MostGrowthBytes);
        Assert.InRange(end.Managed, 0, warm.Managed + MostManagedGrowthBytes);
        Assert.InRange(end.Files, 0, warm.Files + MostGrowthFiles);
        Assert.InRange(end.Threads, 0, warm.Threads + 12);
    }

    private static async Task<IDeviceProcess> NextAliveAsync(SignsOfLife signs, WatchedStarter starter, HashSet<int> seen)
    {
        do
        {
            await signs.NextAsync().WaitAsync(Patience);
            signs.Forget();
        } while (!seen.Add(starter.Newest!.ProcessId)); // a sign of the one before came late

        return starter.Newest;
    }

    private sealed record Footprint(long Bytes, long Managed, int Files, int Threads)
    {
        public static Footprint OfThisProcess()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            using var self = Process.GetCurrentProcess();
            var resident = File.ReadLines("/proc/self/status")
                .Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
            return new Footprint(
                long.Parse(resident) * 1024,
                GC.GetTotalMemory(forceFullCollection: true),
                Directory.GetFiles("/proc/self/fd").Length,
                self.Threads.Count
            );
        }
    }

    /// <summary>Tracks the newest process.</summary>
    private sealed class WatchedStarter(IDeviceProcessStarter starter) : IDeviceProcessStarter
    {
        public volatile IDeviceProcess? Newest;

        public async Task<IDeviceProcess> StartAsync(int incarnation, IActorRef owner) =>
            Newest = await starter.StartAsync(incarnation, owner);
    }

    private sealed class SignsOfLife
    {
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task NextAsync() => _next.Task;

        public void Forget() => _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Came() => _next.TrySetResult();
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(SignsOfLife signs) => Receive<MetricsCommands.DeviceMemory>(_ => signs.Came());
    }
}

/// <summary>Tests that measure this process as a whole and therefore do not run in parallel with others.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
