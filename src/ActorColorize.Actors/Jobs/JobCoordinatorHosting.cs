using Akka.Actor;
using Akka.Hosting;
using Akka.Pattern;

namespace ActorColorize.Actors.Jobs;

/// <summary>Adds the job coordinator to an actor system.</summary>
public static class JobCoordinatorHosting
{
    /// <summary>
    /// How a coordinator is started: one that stopped because its journal could not be written, or because another one had taken office for a while, is started again, soon at first and
    /// then less often.
    /// </summary>
    public static Props PropsOf(JobCoordinatorSettings settings) => BackoffSupervisor.Props(
        Backoff.OnStop(Props.Create(() => new JobCoordinator(settings)), "coordinator", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), randomFactor: 0.2, maxNrOfRetries: -1));

    /// <summary>Starts a coordinator in this process.</summary>
    public static AkkaConfigurationBuilder AddJobCoordinator(this AkkaConfigurationBuilder builder, JobCoordinatorSettings settings) =>
        builder
            .AddHocon(JobPersistence.DispatcherHocon, HoconAddMode.Prepend)
            .WithActors((system, registry) => registry.Register<JobCoordinator>(system.ActorOf(PropsOf(settings), "job-coordinator")));
}
