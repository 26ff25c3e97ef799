using ActorColorize.Actors.Metrics;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Actors.Training;

/// <summary>How a supervisor behaves.</summary>
public sealed record TrainingSupervisorSettings
{
    /// <summary>Its name in the journal.</summary>
    public string JournalName { get; init; } = "training-supervisor";

    /// <summary>
    /// Whether it takes up unfinished runs by itself when it comes back; otherwise it waits until they are asked for, and a failure of the
    /// supervisor itself ends them as failed.
    /// </summary>
    public bool ResumesUnfinishedRuns { get; init; }

    /// <summary>
    /// Whether runs that wait for their turn are journalled when they are asked for. Where whoever asks does so again after a restart, that
    /// is not needed: a run has begun, or is not known.
    /// </summary>
    public bool RemembersQueue { get; init; } = true;

    /// <summary>
    /// Whether it holds the folders of the runs that are under way, so that no other process trains in them; a command that trains one run
    /// does that itself.
    /// </summary>
    public bool HoldsRunFolders { get; init; }

    /// <summary>What the device is that is there from the beginning.</summary>
    public TrainingDevice OwnDevice { get; init; } = new("cpu", "fp32", Environment.ProcessorCount);

    /// <summary>
    /// Whether devices run in processes of their own, which are replaced when their contexts are dead, they hang or they die.
    /// </summary>
    public bool DeviceIsReplaceable { get; init; }

    /// <summary>How many ended runs it remembers, the newest; older ones go from memory and journal.</summary>
    public int EndedRunsKept { get; init; } = 1_000;

    /// <summary>Facts after which the journal is written anew with what is still known, and what was before deleted.</summary>
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
