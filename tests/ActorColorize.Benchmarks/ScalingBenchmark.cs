using System.Diagnostics;
using System.Globalization;
using ActorColorize.Actors;
using ActorColorize.Actors.Jobs;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Benchmarks;

/// <summary>
/// Pictures a second with one and with two device processes that compute nothing: a batch takes a given time. What the coordinator's
/// process spends on a picture says, on paper, how many such devices one coordinator feeds.
/// </summary>
internal static class ScalingBenchmark
{
    private const string SystemName = "jobs";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Measures.</summary>
    /// <param name="batchMilliseconds">What a device takes for eight pictures.</param>
    /// <param name="seconds">How long each is measured.</param>
    internal static void Run(double batchMilliseconds, int seconds)
    {
        Console.WriteLine($"device processes that take {batchMilliseconds} ms for 8 pictures, one coordinator, SQLite");
        var one = Measure(1, batchMilliseconds, seconds);
        var two = Measure(2, batchMilliseconds, seconds);
        Console.WriteLine($"  two devices do {two.Rate / one.Rate:F2} times what one does");
        Console.WriteLine(
            $"  on paper, a core of the coordinator feeds at least {1e6 / two.Microseconds / one.Rate:F0} such devices, and "
                + $"{1e6 / two.Microseconds / 20:F0} of 20 pictures/s"
        );
    }

    /// <summary>A device process: asks the coordinator at an address for work until its standard input ends.</summary>
    internal static void RunDevice(string coordinator, string name, double batchMilliseconds)
    {
        using var system = ActorSystem.Create("device", Remoting("akka.loglevel = ERROR"));
        var target = system.ActorSelection(coordinator).ResolveOne(Patience).Result;
        system.ActorOf(
            Props.Create(() => new SimulatedWorker(target, WorkerId.NewIncarnation(name), TimeSpan.FromMilliseconds(batchMilliseconds)))
        );
        while (Console.In.Read() >= 0)
        {
            // It ends with its parent.
        }
    }

    private static (double Rate, double Microseconds) Measure(int devices, double batchMilliseconds, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-");
        var processes = new List<Process>();
        try
        {
            // More than are done while it is walked and measured
            var items = (int)(10_000 + 4 * devices * seconds * 8000 / batchMilliseconds);
            var database = JobDatabase.Sqlite(folder.FullName);
            using var system = ActorSystem.Create(
                SystemName,
                Remoting("akka.loglevel = OFF")
                    .WithFallback(ConfigurationFactory.ParseString(database.JournalHocon))
                    .WithFallback(AkkaHocon.JobsDispatcher)
            );
            var settings = new JobCoordinatorSettings
            {
                OpenStore = database.OpenStore,
                ScratchFolder = folder.FullName,
                Files = new NumberedFiles(folder.FullName, items),
            };
            var coordinator = system.ActorOf(JobCoordinatorHosting.PropsOf(settings), "job-coordinator");
            var job = coordinator
                .Ask<JobAnswers.Submitted>(
                    new JobCommands.Submit(
                        CommandId.New(),
                        new ClientId("benchmark"),
                        "scaling",
                        JobPriority.Normal,
                        JobsBenchmark.Specification
                    ),
                    Patience
                )
                .Result.Job;
            var address = $"{((ExtendedActorSystem)system).Provider.DefaultAddress}/user/job-coordinator";
            for (var i = 0; i < devices; i++)
                processes.Add(StartDevice(address, $"device-{i}", batchMilliseconds));

            while (Status() is { IsScanned: false } or { Counts.Settled: < 1000 })
                Thread.Sleep(100);
            var clock = Stopwatch.StartNew();
            var (settledBefore, processorBefore) = (Status().Counts.Settled, Process.GetCurrentProcess().TotalProcessorTime);
            Thread.Sleep(TimeSpan.FromSeconds(seconds));
            var (settled, processor) = (
                Status().Counts.Settled - settledBefore,
                Process.GetCurrentProcess().TotalProcessorTime - processorBefore
            );
            var (rate, microseconds) = (settled / clock.Elapsed.TotalSeconds, processor.TotalMicroseconds / settled);
            Console.WriteLine(
                $"  {devices} device process{(devices == 1 ? "" : "es")}: {rate:N0} pictures/s; coordinator's process {microseconds:F0} "
                    + "µs a picture"
            );
            foreach (var process in processes)
                process.Kill();
            system.Terminate().Wait();
            return (rate, microseconds);

            JobReports.JobStatus Status() => coordinator.Ask<JobReports.JobStatus>(new JobQueries.Show(job), Patience).Result;
        }
        finally
        {
            foreach (var process in processes)
            {
                process.WaitForExit();
                process.Dispose();
            }

            folder.Delete(recursive: true);
        }
    }

    private static Process StartDevice(string coordinator, string name, double batchMilliseconds)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (
            var argument in new[]
            {
                Path.Combine(AppContext.BaseDirectory, "ActorColorize.Benchmarks.dll"),
                "--device-of",
                coordinator,
                "--name",
                name,
                "--batch-time",
                batchMilliseconds.ToString(CultureInfo.InvariantCulture),
            }
        )
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static Config Remoting(string level) =>
        ConfigurationFactory.ParseString(
            level
                + """

                akka.actor.provider = remote
                akka.remote.dot-netty.tcp {
                  hostname = "127.0.0.1"
                  port = 0
                }

                """
                + StrictSerialization.Hocon
        );
}
