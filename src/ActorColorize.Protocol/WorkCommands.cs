namespace ActorColorize.Protocol;

/// <summary>
/// Messages from a device's worker to the job coordinator. Work is pulled: a worker announces its capacity, and units are leased to it
/// under leases that it renews. Any message may be lost or repeated; the next heartbeat reconciles the state.
/// </summary>
public static class WorkCommands
{
    /// <summary>A message from one incarnation of a device's worker.</summary>
    public interface IFromWorker
    {
        /// <summary>Device and incarnation.</summary>
        WorkerId Worker { get; }
    }

    /// <summary>
    /// Announces the worker's capacity in units, including those that it holds. Also registers a new worker: units held by an earlier
    /// incarnation of its device are released.
    /// </summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Credit">0 if it accepts no more work for now.</param>
    public sealed record RequestWork(WorkerId Worker, int Credit) : IFromWorker;

    /// <summary>
    /// The heartbeat: the worker is alive and at work on these units. Answered by <see cref="WorkEvents.LeasesRenewed"/>. A unit that was
    /// leased to it and is not listed did not arrive and is sent again.
    /// </summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Credit">As in <see cref="RequestWork"/>: it registers the worker with a coordinator that has just started.</param>
    /// <param name="Leases">All leases that it holds.</param>
    /// <param name="Heartbeat">The heartbeat's number in this life of the worker, rising; null from a worker of an earlier version.</param>
    public sealed record RenewLeases(WorkerId Worker, int Credit, IReadOnlyList<WorkLease> Leases, long? Heartbeat = null) : IFromWorker;

    /// <summary>
    /// Pictures of a unit reached their terminal state. Answered by <see cref="WorkEvents.ItemsTaken"/> or
    /// <see cref="WorkEvents.LeaseLost"/>; sent again until it is.
    /// </summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Lease">The unit and the epoch that it was granted under.</param>
    /// <param name="Items">Their outcomes; at most the pictures of one unit.</param>
    public sealed record SettleItems(WorkerId Worker, WorkLease Lease, IReadOnlyList<SettledItem> Items) : IFromWorker;

    /// <summary>
    /// The worker will not finish the unit; its open pictures can be leased to another worker. Not treated as a failure of the pictures.
    /// </summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Lease">The unit.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">One line.</param>
    public sealed record Release(WorkerId Worker, WorkLease Lease, ReleaseReason Reason, string Detail) : IFromWorker;

    /// <summary>The worker dropped all units of itself and its earlier incarnations.</summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Crashed">Whether it crashed, so that one of the pictures may be the cause.</param>
    /// <param name="Detail">One line.</param>
    public sealed record ReleaseAllWork(WorkerId Worker, bool Crashed, string Detail) : IFromWorker;
}

/// <summary>Messages from the job coordinator to a worker.</summary>
public static class WorkEvents
{
    /// <summary>An answer to a worker.</summary>
    public interface IWorkEvent;

    /// <summary>A unit is leased. A worker that holds it already ignores it.</summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="LeaseFor">Duration of the lease unless it is renewed; the worker counts from the arrival of this message and publishes
    /// nothing after it has expired.</param>
    public sealed record WorkGranted(WorkUnit Unit, TimeSpan LeaseFor) : IWorkEvent;

    /// <summary>The answer to a heartbeat.</summary>
    /// <param name="Held">Leases that were renewed.</param>
    /// <param name="Lost">Leases that have expired: their results would be refused, so the worker drops them.</param>
    /// <param name="LeaseFor">Duration of the renewed leases, from the sending of the heartbeat.</param>
    /// <param name="Heartbeat">Number of the heartbeat that is answered; null if it had none, and from a coordinator of an earlier
    /// version.</param>
    public sealed record LeasesRenewed(
        IReadOnlyList<WorkLease> Held,
        IReadOnlyList<WorkLease> Lost,
        TimeSpan LeaseFor,
        long? Heartbeat = null
    ) : IWorkEvent;

    /// <summary>The outcomes have been persisted, now or before.</summary>
    /// <param name="Lease">The unit.</param>
    /// <param name="Items">Numbers of the pictures.</param>
    public sealed record ItemsTaken(WorkLease Lease, IReadOnlyList<long> Items) : IWorkEvent;

    /// <summary>The lease has expired; messages under it have no effect.</summary>
    /// <param name="Lease">The unit and the outdated epoch.</param>
    public sealed record LeaseLost(WorkLease Lease) : IWorkEvent;
}

/// <summary>A picture's terminal state as a worker reports it.</summary>
/// <param name="Number">The picture's number within the job.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record SettledItem(long Number, ItemOutcome Outcome);

/// <summary>Why a worker releases a unit.</summary>
public enum ReleaseReason
{
    /// <summary>The archive's folder is missing or empty on the worker's host.</summary>
    ArchiveNotVisible,

    /// <summary>The output folder cannot be created or written on the worker's host.</summary>
    OutputNotWritable,

    /// <summary>There is no space left for the output.</summary>
    OutputFull,

    /// <summary>The model cannot be loaded.</summary>
    ModelNotLoadable,

    /// <summary>The device ends or drains.</summary>
    ShuttingDown,
}
