using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Handles the messages of workers: they go to the scheduler, and its answers are sent when everything that they depend on is on disk.
/// </summary>
internal sealed class WorkHandler(
    WorkScheduler scheduler,
    WorkerConnections workers,
    CommitPipeline commits,
    TimeSpan leaseFor,
    JobClock clock,
    ILoggingAdapter log
)
{
    internal void Handle(WorkCommands.RequestWork command, IActorRef worker)
    {
        workers.Connect(command.Worker, worker);
        scheduler.Request(command.Worker, command.Credit, clock.Now, clock.Elapsed);
    }

    internal void Handle(WorkCommands.RenewLeases heartbeat, IActorRef worker)
    {
        workers.Connect(heartbeat.Worker, worker);
        if (scheduler.Renew(heartbeat, clock.Now, clock.Elapsed) is not { } renewed)
            return;
        worker.Tell(renewed.Answer);
        foreach (var unit in renewed.Again)
            commits.SendWhenOnDisk(worker, new WorkEvents.WorkGranted(unit, leaseFor));
    }

    internal void Handle(WorkCommands.SettleItems command, IActorRef worker)
    {
        if (scheduler.Settle(command, clock.Now, clock.Elapsed))
            commits.SendWhenOnDisk(worker, new WorkEvents.ItemsTaken(command.Lease, [.. command.Items.Select(item => item.Number)]));
        else
            worker.Tell(new WorkEvents.LeaseLost(command.Lease));
    }

    /// <returns>Whether the worker had the lease.</returns>
    internal bool Handle(WorkCommands.Release command)
    {
        if (!scheduler.Release(command, clock.Now, clock.Elapsed))
            return false;
        if (command.Reason != ReleaseReason.ShuttingDown)
            log.Info("{0} releases unit {1} of job {2}: {3}", command.Worker, command.Lease.Unit, command.Lease.Job, command.Detail);
        return true;
    }

    internal void Handle(WorkCommands.ReleaseAllWork command)
    {
        log.Info("{0} releases all work: {1}", command.Worker, command.Detail);
        scheduler.ReleaseAll(command, clock.Now, clock.Elapsed);
    }

    internal void Handle(Terminated terminated)
    {
        foreach (var worker in workers.Terminated(terminated.ActorRef))
            scheduler.Terminated(worker, clock.Now, clock.Elapsed);
    }

    /// <summary>Grants all work that can be granted.</summary>
    /// <returns>The jobs of which something was granted.</returns>
    internal IReadOnlyCollection<JobId> Grant()
    {
        var jobs = new HashSet<JobId>();
        foreach (var (worker, unit) in scheduler.Grant(clock.Elapsed))
        {
            jobs.Add(unit.Job);
            if (workers.Find(worker) is { } actor)
                commits.SendWhenOnDisk(actor, new WorkEvents.WorkGranted(unit, leaseFor));
        }

        return jobs;
    }
}
