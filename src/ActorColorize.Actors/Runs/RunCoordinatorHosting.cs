using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using Akka.Actor;
using Akka.Hosting;
using Akka.Pattern;

namespace ActorColorize.Actors.Runs;

/// <summary>Settings of a run coordinator.</summary>
public sealed record RunCoordinatorSettings
{
    /// <summary>The named models.</summary>
    public required ModelRegistry Models { get; init; }

    /// <summary>Why no checkpoint can be promoted here, in one line; null if it can.</summary>
    public string? PromotionObjection { get; init; }

    /// <summary>The journal's plugin; null: the actor system's default.</summary>
    public string? JournalPlugin { get; init; }

    /// <summary>Most runs that may be open at a time, over all clients.</summary>
    public int MostOpenRuns { get; init; } = 100;

    /// <summary>How often it renews its subscriptions to supervisor and metrics and reconciles all runs.</summary>
    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long updates are collected before watchers are notified.</summary>
    public TimeSpan GatherUpdatesFor { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many ended runs are remembered, the newest; older ones are removed from memory and journal.</summary>
    public int EndedRunsKept { get; init; } = 1_000;

    /// <summary>Facts after which the journal is compacted.</summary>
    public int CompactJournalEvery { get; init; } = 10_000;

    /// <summary>Tells the time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Adds training on request of clients to an actor system.</summary>
public static class RunCoordinatorHosting
{
    /// <summary>
    /// Props with back-off: an actor that stopped because its journal could not be written is started again, soon at first and then less
    /// often.
    /// </summary>
    public static Props WithBackoff(Props props, string name) =>
        BackoffSupervisor.Props(
            Backoff.OnStop(props, name, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), randomFactor: 0.2, maxNrOfRetries: -1)
        );

    /// <summary>Starts a training supervisor and a run coordinator over the registered device and metrics actors.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="supervisor">Settings of the supervisor.</param>
    /// <param name="coordinator">Settings of the coordinator.</param>
    /// <param name="preparation">Prepares run folders.</param>
    public static AkkaConfigurationBuilder AddRunCoordinator(
        this AkkaConfigurationBuilder builder,
        TrainingSupervisorSettings supervisor,
        RunCoordinatorSettings coordinator,
        IRunPreparation preparation
    ) =>
        builder
            .WithActors(
                (system, registry) =>
                {
                    var device = registry.Get<Device.DeviceSupervisor>();
                    var metrics = registry.Get<MetricsActor>();
                    registry.Register<TrainingSupervisor>(
                        system.ActorOf(
                            WithBackoff(Props.Create(() => new TrainingSupervisor(device, metrics, supervisor)), "supervisor"),
                            "training-supervisor"
                        )
                    );
                }
            )
            .AddRunCoordinator(coordinator, preparation);

    /// <summary>Starts a run coordinator over the registered training supervisor and metrics actors.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="coordinator">Settings of the coordinator.</param>
    /// <param name="preparation">Prepares run folders.</param>
    public static AkkaConfigurationBuilder AddRunCoordinator(
        this AkkaConfigurationBuilder builder,
        RunCoordinatorSettings coordinator,
        IRunPreparation preparation
    ) =>
        builder.WithActors(
            (system, registry) =>
            {
                var metrics = registry.Get<MetricsActor>();
                var trains = registry.Get<TrainingSupervisor>();
                registry.Register<RunCoordinator>(
                    system.ActorOf(
                        WithBackoff(Props.Create(() => new RunCoordinator(coordinator, preparation, trains, metrics)), "coordinator"),
                        "run-coordinator"
                    )
                );
            }
        );
}
