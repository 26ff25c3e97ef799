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
    /// How a coordinator is started: one that stopped because its journal could not be written, or because another one had become the
    /// leader for a while, is started again, soon at first and then less often.
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
    /// Has this node of a cluster hold the one coordinator when its turn comes: that of the oldest node with the role. It begins when the
    /// holder before it has stopped or was given up; should that one still be there, cut off, its commits are refused. It may be stopped at
    /// any time, as in a crash: what is not committed is not confirmed to anybody.
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
    /// The coordinator for those of this node who speak with it, wherever it is. While it is nowhere, the last thousand messages are kept;
    /// what is lost then is asked or told again, by clients under the same command's id, by workers with their heartbeat.
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
