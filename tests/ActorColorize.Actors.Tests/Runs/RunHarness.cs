using ActorColorize.Actors.Device;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.Runs;

/// <summary>A whole training run through all its actors, on drawn pictures, on the CPU with one thread.</summary>
internal sealed class RunHarness
{
    private const string Configuration = """
        {
          "network": { "channels": [16, 16, 16, 16, 16, 16, 16, 16], "convolutions": [1, 1, 1, 1, 1, 1, 1, 1] },
          "imageSize": 32, "batchSize": 4, "microBatchSize": 4, "steps": 12,
          "learningRate": 0.002, "finalLearningRate": 0.0002, "warmupSteps": 2,
          "checkpointEverySteps": 4, "checkpointEveryMinutes": 60, "keepLast": 3, "logEverySteps": 1,
          "validationPictures": 8, "panelPictures": 4
        }
        """;

    /// <summary>
    /// Of these tests alone: a verdict that another process's file replaces between two runs that are compared could send them along
    /// different routes.
    /// </summary>
    private static readonly DirectoryInfo SelfTestVerdicts = NewVerdictsFolder();

    private readonly TestProbe _watcher;
    private readonly RunId _run = new("test-run");

    internal RunHarness(
        TestKitBase kit,
        string dataRoot,
        string runFolder,
        LoaderSettings? loader = null,
        Func<RunDocument, RunDocument>? change = null,
        ulong seed = 7,
        double colouringShare = DeviceTurns.DefaultShare
    )
    {
        Folder = new RunFolder(runFolder);
        Directory.CreateDirectory(runFolder);
        var document = new RunDocument
        {
            RunId = _run.Value,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Program = "tests",
            DataRoot = dataRoot,
            DataHash = DatasetLayout.Open(dataRoot, "train").Hash,
            Seed = seed,
            Device = "cpu",
            Precision = Precision.Fp32,
            Threads = 1,
            Configuration = TrainingConfiguration.Parse(global::System.Text.Encoding.UTF8.GetBytes(Configuration)),
            Recovery = new RecoveryPolicy { FirstBackoffSeconds = 0 },
        };
        if (change is not null)
            document = change(document);
        document.Save(Folder);

        _watcher = kit.CreateTestProbe();
        var metrics = kit.Sys.ActorOf(Props.Create(() => new MetricsActor(TimeProvider.System)));
        metrics.Tell(new MetricsCommands.Watch(_watcher.Ref));
        var settings = new DeviceSupervisorSettings(
            new DeviceSettings(DeviceChoice.Resolve("cpu"), Precision.Fp32, 1, SelfTestVerdicts.FullName)
            {
                ColouringShare = colouringShare,
            }
        )
        {
            Loader = loader ?? new LoaderSettings { Parallelism = 2 },
        };
        Device = kit.Sys.ActorOf(Props.Create(() => new DeviceSupervisor(settings, metrics, ActorRefs.Nobody)));
        var supervision = new TrainingSupervisorSettings { JournalName = $"supervisor-{Guid.NewGuid():n}" };
        Supervisor = kit.Sys.ActorOf(Props.Create(() => new TrainingSupervisor(Device, metrics, supervision)));
        System = kit.Sys;
    }

    internal RunFolder Folder { get; }

    internal IActorRef Device { get; }

    internal IActorRef Supervisor { get; }

    private ActorSystem System { get; }

    internal void Start() => Supervisor.Tell(new RunCommands.Start(_run, Folder.Path));

    internal void Stop() => Supervisor.Tell(new RunCommands.Stop(_run));

    /// <summary>Asks the device's own actor, as its worker does.</summary>
    internal void AskGpu(object message, IActorRef asker) => System.ActorSelection(Device.Path / "gpu").Tell(message, asker);

    /// <summary>Crashes one of the device's actors.</summary>
    internal void Crash(string child) => System.ActorSelection(Device.Path / child).Tell(Kill.Instance);

    internal T WaitFor<T>()
        where T : class => (T)_watcher.FishForMessage(message => message is T, TimeSpan.FromMinutes(2));

    internal RunEvents.RunEnded WaitForEnd() => WaitFor<RunEvents.RunEnded>();

    internal void WaitForStep(long step) =>
        _watcher.FishForMessage(
            message => message is MetricsEvents.WindowClosed window && window.Step.Value >= step,
            TimeSpan.FromMinutes(2)
        );

    internal string FinalWeights() => Path.Combine(Folder.Checkpoints, "step-00000012", CheckpointManifest.ModelFile);

    internal IReadOnlyList<(long Step, double Loss)> Losses() =>
        [.. MetricsLog.Read(Folder.MetricsLog).OfType<TrainLine>().Select(line => (line.Step, line.Loss))];

    private static DirectoryInfo NewVerdictsFolder()
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-verdicts-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return folder;
    }
}
