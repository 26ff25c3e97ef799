using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Training;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.Event;
using Akka.Hosting;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// Training for a whole cluster: the run coordinator, the training supervisor and the metrics, together on one node. Clients and devices
/// reach it through a proxy.
/// <code>
///   client's session ──commands, queries──▶ ┌ leader ──▶ coordinator ──▶ supervisor ──commands──▶ device   (directly, and back)
///   device's agent ──offers, metrics───▶ └        ──▶ supervisor, metrics
/// </code>
/// It may be lost at any time: its successor recovers from the journal, and each run continues from its newest checkpoint. A graceful
/// hand-over saves the runs on the devices first.
/// </summary>
public sealed class TrainingSingleton : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Saving = TimeSpan.FromSeconds(15); // less than the time in which a node must leave the cluster

    /// <summary>Creates a leader that recovers from the journal.</summary>
    /// <param name="supervisor">Settings of the supervisor.</param>
    /// <param name="coordinator">Settings of the coordinator.</param>
    /// <param name="preparation">Prepares run folders.</param>
    public TrainingSingleton(TrainingSupervisorSettings supervisor, RunCoordinatorSettings coordinator, IRunPreparation preparation)
    {
        ArgumentNullException.ThrowIfNull(supervisor);
        var metrics = Context.ActorOf(MetricsActor.PropsOf(supervisor.Clock), "metrics");
        var trains = Context.ActorOf(
            RunCoordinatorHosting.WithBackoff(
                Props.Create(() => new TrainingSupervisor(ActorRefs.Nobody, metrics, supervisor)),
                "supervisor"
            ),
            "training-supervisor"
        );
        var coordinates = Context.ActorOf(
            RunCoordinatorHosting.WithBackoff(
                Props.Create(() => new RunCoordinator(coordinator, preparation, trains, metrics)),
                "coordinator"
            ),
            "run-coordinator"
        );
        Context.Watch(metrics);
        Context.GetLogger().Info("training is supervised here");

        Receive<Leave>(_ =>
        {
            coordinates.Tell(new SupervisorMessages.Drain());
            Timers.StartSingleTimer(nameof(Saving), new SupervisorMessages.Drained(), Saving);
        });
        Receive<SupervisorMessages.Drained>(_ => metrics.Tell(PoisonPill.Instance)); // handled after all earlier messages
        Receive<Terminated>(_ => Context.Stop(Self));
        Receive<DeviceEvents.Offered>(trains.Forward);
        Receive<TrainingCommands.ITrainingCommand>(coordinates.Forward);
        Receive<TrainingQueries.ITrainingQuery>(coordinates.Forward);
        Receive<IWithRunId>(metrics.Forward);
        Receive<DeviceEvents.KernelAvoided>(metrics.Forward);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Save the runs on the devices, then stop.</summary>
    public sealed record Leave
    {
        /// <summary>The only instance.</summary>
        public static readonly Leave Instance = new();
    }
}

/// <summary>Adds training to a cluster's nodes.</summary>
public static class TrainingSingletonHosting
{
    private const string Singleton = "training";

    /// <summary>Hosts the leader as a cluster singleton, on the oldest node with the role.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="leader">The leader.</param>
    /// <param name="role">The role of the nodes that may host it.</param>
    public static AkkaConfigurationBuilder AddTrainingSingleton(this AkkaConfigurationBuilder builder, Props leader, string role) =>
        builder
            .AddHocon(AkkaHocon.DiskDispatcher, HoconAddMode.Prepend)
            .AddHocon(ClusterSingleton.DefaultConfig(), HoconAddMode.Append)
            .WithActors(
                (system, _) =>
                    system.ActorOf(
                        ClusterSingletonManager.Props(
                            leader,
                            TrainingSingleton.Leave.Instance,
                            ClusterSingletonManagerSettings.Create(system).WithRole(role)
                        ),
                        Singleton
                    )
            );

    /// <summary>
    /// A proxy for the actors of this node to the leader. Messages that are lost while there is none are sent again, by clients under the
    /// same command id, by devices with their next offer.
    /// </summary>
    public static AkkaConfigurationBuilder AddTrainingSingletonProxy(this AkkaConfigurationBuilder builder, string role) =>
        builder
            .AddHocon(ClusterSingleton.DefaultConfig(), HoconAddMode.Append)
            .WithActors(
                (system, registry) =>
                    registry.Register<TrainingSingleton>(
                        system.ActorOf(
                            ClusterSingletonProxy.Props($"/user/{Singleton}", ClusterSingletonProxySettings.Create(system).WithRole(role)),
                            "training-proxy"
                        )
                    )
            );
}
