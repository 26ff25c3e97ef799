using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Actors.Training;

/// <summary>Settings of a training supervisor.</summary>
public sealed record TrainingSupervisorSettings
{
    /// <summary>Its name in the journal.</summary>
    public string JournalName { get; init; } = "training-supervisor";

    /// <summary>
    /// Whether unfinished runs are resumed at recovery; otherwise they wait until they are requested, and a failure of the supervisor
    /// itself ends them as failed.
    /// </summary>
    public bool ResumesUnfinishedRuns { get; init; }

    /// <summary>
    /// Whether waiting runs are journalled. Not needed if the requester asks again after a restart: a run has then started, or is not
    /// known.
    /// </summary>
    public bool RemembersQueue { get; init; } = true;

    /// <summary>
    /// Whether it locks the folders of active runs, so that no other process trains in them; a command that trains one run does that
    /// itself.
    /// </summary>
    public bool HoldsRunFolders { get; init; }

    /// <summary>Description of the device that is available from the beginning.</summary>
    public TrainingDevice OwnDevice { get; init; } = new("cpu", "fp32", Environment.ProcessorCount);

    /// <summary>
    /// Whether devices run in their own processes, which are replaced when their contexts are dead, or when they hang or die.
    /// </summary>
    public bool DeviceIsReplaceable { get; init; }

    /// <summary>How many ended runs are remembered, the newest; older ones are removed from memory and journal.</summary>
    public int EndedRunsKept { get; init; } = 1_000;

    /// <summary>Facts after which the journal is compacted.</summary>
    public int CompactJournalEvery { get; init; } = 5_000;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Adds the training supervisor to an actor system.</summary>
public static class TrainingSupervisorHosting
{
    /// <summary>Starts a supervisor over the registered device and metrics actors.</summary>
    public static AkkaConfigurationBuilder AddTrainingSupervisor(
        this AkkaConfigurationBuilder builder,
        TrainingSupervisorSettings settings
    ) =>
        builder.WithActors(
            (system, registry) =>
            {
                var device = registry.Get<Device.DeviceSupervisor>();
                var metrics = registry.Get<MetricsActor>();
                registry.Register<TrainingSupervisor>(
                    system.ActorOf(Props.Create(() => new TrainingSupervisor(device, metrics, settings)), "training-supervisor")
                );
            }
        );
}
