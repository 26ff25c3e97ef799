using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.Hosting;
using Akka.Pattern;

namespace ActorColorize.Actors.Jobs;

/// <summary>Adds the job coordinator to an actor system.</summary>
public static class JobCoordinatorHosting
{
    private const string Singleton = "job-coordinator";

    /// <summary>
    /// Props of a coordinator with back-off: a coordinator that stopped because its journal could not be written, or because another one
    /// had become the leader, is started again, soon at first and then less often.
    /// </summary>
    public static Props PropsOf(JobCoordinatorSettings settings) =>
        BackoffSupervisor.Props(
            Backoff.OnStop(
                Props.Create(() => new JobCoordinator(settings)),
                "coordinator",
                TimeSpan.FromSeconds(1),
                TimeSpan.FromSeconds(30),
                randomFactor: 0.2,
                maxNrOfRetries: -1
            )
        );

    /// <summary>
    /// Hosts the coordinator as a cluster singleton, on the oldest node with the role. It starts when the previous one has stopped or was
    /// downed; if that one still runs behind a partition, its commits are refused. It may be stopped at any time, as in a crash: what is
    /// not committed has not been confirmed to anyone.
    /// </summary>
    public static AkkaConfigurationBuilder AddJobCoordinatorSingleton(
        this AkkaConfigurationBuilder builder,
        JobCoordinatorSettings settings,
        string role
    ) =>
        builder
            .AddHocon(AkkaHocon.JobsDispatcher, HoconAddMode.Prepend)
            .AddHocon(ClusterSingleton.DefaultConfig(), HoconAddMode.Append)
            .WithActors(
                (system, _) =>
                    system.ActorOf(
                        ClusterSingletonManager.Props(
                            PropsOf(settings),
                            PoisonPill.Instance,
                            ClusterSingletonManagerSettings.Create(system).WithRole(role)
                        ),
                        Singleton
                    )
            );

    /// <summary>
    /// A proxy for the actors of this node to the coordinator, wherever it runs. While there is none, the last thousand messages are
    /// buffered; what is lost is sent again, by clients under the same command id, by workers with their heartbeat.
    /// </summary>
    public static AkkaConfigurationBuilder AddJobCoordinatorProxy(this AkkaConfigurationBuilder builder, string role) =>
        builder
            .AddHocon(ClusterSingleton.DefaultConfig(), HoconAddMode.Append)
            .WithActors(
                (system, registry) =>
                    registry.Register<JobCoordinator>(
                        system.ActorOf(
                            ClusterSingletonProxy.Props($"/user/{Singleton}", ClusterSingletonProxySettings.Create(system).WithRole(role)),
                            "job-coordinator-proxy"
                        )
                    )
            );

    /// <summary>Starts a coordinator in this process.</summary>
    public static AkkaConfigurationBuilder AddJobCoordinator(this AkkaConfigurationBuilder builder, JobCoordinatorSettings settings) =>
        builder
            .AddHocon(AkkaHocon.JobsDispatcher, HoconAddMode.Prepend)
            .WithActors((system, registry) => registry.Register<JobCoordinator>(system.ActorOf(PropsOf(settings), "job-coordinator")));
}
