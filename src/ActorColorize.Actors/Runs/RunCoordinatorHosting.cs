using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using Akka.Actor;
using Akka.Hosting;
using Akka.Pattern;

namespace ActorColorize.Actors.Runs;

/// <summary>How a run coordinator works.</summary>
public sealed record RunCoordinatorSettings
{
    /// <summary>The models that have names.</summary>
    public required ModelRegistry Models { get; init; }

    /// <summary>Why no checkpoint can be given a name here, in one line; null where it can.</summary>
    public string? PromotionObjection { get; init; }

    /// <summary>Runs that may be open at a time, of all clients.</summary>
    public int MostOpenRuns { get; init; } = 100;

    /// <summary>How often it makes sure that supervisor and metrics still tell it, and that every run is where it is wanted.</summary>
    public TimeSpan LookAgainEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long updates is gathered before watchers are told.</summary>
    public TimeSpan GatherUpdatesFor { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many runs that are over it remembers, the newest; older ones go from memory and journal.</summary>
    public int EndedRunsKept { get; init; } = 1_000;

    /// <summary>Facts after which the journal is written anew with what is still known, and what was before deleted.</summary>
    public int CompactJournalEvery { get; init; } = 10_000;

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Adds training for clients to an actor system.</summary>
public static class RunCoordinatorHosting
{
    /// <summary>
    /// How both are started: one that stopped because its journal could not be written is started again, soon at first and then less often.
    /// </summary>
    public static Props StartedAgain(Props props, string name) =>
        BackoffSupervisor.Props(
            Backoff.OnStop(props, name, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), randomFactor: 0.2, maxNrOfRetries: -1)
        );

    /// <summary>Starts a training supervisor and a run coordinator over the registered device and metrics actors.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="supervisor">How runs are supervised.</param>
    /// <param name="coordinator">How clients' requests are.</param>
    /// <param name="preparation">Makes run folders ready.</param>
    public static AkkaConfigurationBuilder AddRunCoordinator(
        this AkkaConfigurationBuilder builder,
        TrainingSupervisorSettings supervisor,
        RunCoordinatorSettings coordinator,
        IRunPreparation preparation
    ) =>
        builder.WithActors(
            (system, registry) =>
            {
                var device = registry.Get<Device.DeviceSupervisor>();
                var metrics = registry.Get<MetricsActor>();
                var trains = system.ActorOf(
                    StartedAgain(Props.Create(() => new TrainingSupervisor(device, metrics, supervisor)), "supervisor"),
                    "training-supervisor"
                );
                registry.Register<TrainingSupervisor>(trains);
                registry.Register<RunCoordinator>(
                    system.ActorOf(
                        StartedAgain(Props.Create(() => new RunCoordinator(coordinator, preparation, trains, metrics)), "coordinator"),
                        "run-coordinator"
                    )
                );
            }
        );
}
