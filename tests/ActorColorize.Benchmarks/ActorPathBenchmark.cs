using ActorColorize.Actors;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Imaging.Training;
using ActorColorize.Model.Devices;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Configuration;

namespace ActorColorize.Benchmarks;

/// <summary>
/// What the actors cost: a run through supervisor, loader, GPU and metrics actors against a bare loop that makes the same steps on the same
/// batches, decoded before the clock starts.
/// </summary>
internal static class ActorPathBenchmark
{
    internal static void Run(
        PictureSet pictures,
        RunFolder folder,
        RunDocument document,
        ColorHistogramDocument histogram,
        int steps,
        int rounds
    )
    {
        var configuration = document.Configuration;
        var (batch, side) = (configuration.BatchSize, configuration.ImageSize);
        var items = histogram.UsableItems(pictures);
        var batches = Decode(pictures, new TrainingPlan(items, configuration, document.Seed), steps);
        using var bare = PrecisionBenchmark.Session(configuration, histogram.ToPrior(null), document.Precision, document.Threads);

        using var system = ActorSystem.Create(
            "benchmark",
            ConfigurationFactory.ParseString("akka.loglevel = WARNING\nakka.log-dead-letters = off\n" + AkkaHocon.Dispatchers)
        );
        var metrics = system.ActorOf(Props.Create(() => new MetricsActor(TimeProvider.System)));
        var device = system.ActorOf(
            Props.Create(() =>
                new DeviceSupervisor(
                    new DeviceSupervisorSettings(new DeviceSettings(DeviceChoice.Resolve("cpu"), document.Precision, document.Threads)),
                    metrics,
                    ActorRefs.Nobody
                )
            )
        );
        var driver = system.ActorOf(Props.Create(() => new Driver(device, folder)));
        driver.Ask<StepNumber>(Driver.Open.Instance).Wait();
        var target = 0L;

        new PairedComparison(
            $"actors: {steps} training steps, {configuration.Network.Width?.ToString() ?? "given"} width, batch {batch}, {side}²",
            "images/s",
            rounds
        ).Run(
            "through the actors",
            () =>
            {
                target += steps;
                driver.Ask<StepNumber>(new StepNumber(target)).Wait();
                return steps * batch;
            },
            "bare loop",
            () =>
            {
                foreach (var rgb_BHWC in batches)
                    bare.Train(rgb_BHWC, batch, side);
                return steps * batch;
            },
            goal: 0.97
        );
    }

    private static List<byte[]> Decode(PictureSet pictures, TrainingPlan plan, int count)
    {
        using var decoder = new TrainingPictureDecoder();
        var bytes = plan.Side * plan.Side * 3;
        var batches = new List<byte[]>(count);
        for (var number = 0; number < count; number++)
        {
            var rgb_BHWC = new byte[plan.BatchSize * bytes];
            for (var slot = 0; slot < plan.BatchSize; slot++)
            {
                var request = plan.RequestFor(number, slot, 0)!.Value;
                decoder.Decode(pictures.FullPath(request.Item), plan.Side, request.Augmentation, rgb_BHWC.AsSpan(slot * bytes, bytes));
            }

            batches.Add(rgb_BHWC);
        }

        return batches;
    }

    /// <summary>Stands where the training supervisor stands: tells the device how far to train, and is asked to wait for it.</summary>
    private sealed class Driver : ReceiveActor
    {
        private IActorRef _asker = ActorRefs.Nobody;

        public Driver(IActorRef device, RunFolder folder)
        {
            var run = new RunId("benchmark");
            var attempt = new Attempt(1);
            Receive<Open>(_ =>
            {
                _asker = Sender;
                device.Tell(new DeviceCommands.OpenRun(run, attempt, folder.Path));
            });
            Receive<StepNumber>(step =>
            {
                _asker = Sender;
                device.Tell(new DeviceCommands.TrainUntil(run, attempt, step));
            });
            Receive<DeviceEvents.StepDone>(_ => { });
            Receive<DeviceEvents.RunOpened>(opened => _asker.Tell(opened.Step));
            Receive<DeviceEvents.WaitingAt>(waiting => _asker.Tell(waiting.Step));
            Receive<DeviceEvents.Refused>(refused => _asker.Tell(new Status.Failure(new InvalidOperationException(refused.Reason))));
        }

        internal sealed class Open
        {
            internal static readonly Open Instance = new();
        }
    }
}
