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
/// speak with it, wherever it is, by way of a proxy.
/// <code>
///   client's session ──commands, queries──▶ ┌ leader ──▶ coordinator ──▶ supervisor ──commands──▶ device   (directly, and back)
///   device's agent ──offers, figures───▶ └        ──▶ supervisor, metrics
/// </code>
/// It may be lost at any time: the next one reads its journal, and each run goes on from its newest checkpoint. In good order it has what
/// is on the devices saved first.
/// </summary>
public sealed class TrainingSingleton : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Saving = TimeSpan.FromSeconds(15); // less than a node has to leave the cluster in

    /// <summary>A leader that takes up what the journal says.</summary>
    /// <param name="supervisor">How runs are supervised.</param>
    /// <param name="coordinator">How clients' requests are.</param>
    /// <param name="preparation">Makes run folders ready.</param>
    public TrainingSingleton(TrainingSupervisorSettings supervisor, RunCoordinatorSettings coordinator, IRunPreparation preparation)
    {
        ArgumentNullException.ThrowIfNull(supervisor);
        var metrics = Context.ActorOf(MetricsActor.PropsOf(supervisor.Clock), "metrics");
        var trains = Context.ActorOf(
            RunCoordinatorHosting.StartedAgain(
                Props.Create(() => new TrainingSupervisor(ActorRefs.Nobody, metrics, supervisor)),
                "supervisor"
            ),
            "training-supervisor"
        );
        var coordinates = Context.ActorOf(
            RunCoordinatorHosting.StartedAgain(
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
        Receive<SupervisorMessages.Drained>(_ => metrics.Tell(PoisonPill.Instance)); // when it has written what it was told
        Receive<Terminated>(_ => Context.Stop(Self));
        Receive<DeviceEvents.Offered>(trains.Forward);
        Receive<TrainingCommands.ITrainingCommand>(coordinates.Forward);
        Receive<TrainingQueries.ITrainingQuery>(coordinates.Forward);
        Receive<IWithRunId>(metrics.Forward);
        Receive<DeviceEvents.KernelAvoided>(metrics.Forward);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Have what is on the devices saved, then stop.</summary>
    public sealed record Leave
    {
        /// <summary>The one there is.</summary>
        public static readonly Leave Instance = new();
    }
}

/// <summary>Adds training to a cluster's nodes.</summary>
public static class TrainingSingletonHosting
{
    private const string Singleton = "training";

    /// <summary>Has this node hold the one leader when its turn comes: that of the oldest node with the role.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="leader">The leader.</param>
    /// <param name="role">The role of the nodes that may hold it.</param>
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
    /// The leader for those of this node who speak with it. What is lost while it is nowhere is asked or told again, by clients under the
    /// same command's id, by devices with their next offer.
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
