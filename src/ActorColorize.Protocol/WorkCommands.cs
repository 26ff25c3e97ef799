namespace ActorColorize.Protocol;

/// <summary>
/// What a device's worker says to the job coordinator. Work is pulled: a worker says how much it has room for, and units are leased to it
/// under leases that it keeps renewing. Every message
/// may be lost or repeated; the next heartbeat puts it right.
/// </summary>
public static class WorkCommands
{
    /// <summary>A message from one life of a device's worker.</summary>
    public interface IFromWorker
    {
        /// <summary>Which device, which life.</summary>
        WorkerId Worker { get; }
    }

    /// <summary>
    /// The worker has room for so many units in all, those that it holds included. It also introduces a worker: what an earlier incarnation
    /// of its device held goes back.
    /// </summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Credit">0 where it takes nothing more for now.</param>
    public sealed record RequestWork(WorkerId Worker, int Credit) : IFromWorker;

    /// <summary>
    /// The heartbeat: the worker is alive and at work on these units. Answered by <see cref="WorkEvents.LeasesRenewed"/>. A unit that was
    /// leased to it and is not named did not arrive and is
    /// sent again.
    /// </summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Credit">As in <see cref="RequestWork"/>: a coordinator that has just started learns of the worker by this.</param>
    /// <param name="Leases">All that it holds.</param>
    public sealed record RenewLeases(WorkerId Worker, int Credit, IReadOnlyList<WorkLease> Leases) : IFromWorker;

    /// <summary>
    /// Pictures of a unit reached their terminal state. Answered by <see cref="WorkEvents.ItemsTaken"/> or <see
    /// cref="WorkEvents.LeaseLost"/>; sent again until it is.
    /// </summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Lease">The unit and the epoch that it was granted under.</param>
    /// <param name="Items">How they ended; at most a unit's.</param>
    public sealed record SettleItems(WorkerId Worker, WorkLease Lease, IReadOnlyList<SettledItem> Items) : IFromWorker;

    /// <summary>The worker will not finish the unit; what is open of it can be leased to another. Nobody is to blame.</summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Lease">The unit.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">One line.</param>
    public sealed record Release(WorkerId Worker, WorkLease Lease, ReleaseReason Reason, string Detail) : IFromWorker;

    /// <summary>The worker dropped all that it and its earlier incarnations held.</summary>
    /// <param name="Worker">The worker.</param>
    /// <param name="Crashed">Whether it crashed over it, so that one of the pictures may be to blame.</param>
    /// <param name="Detail">One line.</param>
    public sealed record ReleaseAllWork(WorkerId Worker, bool Crashed, string Detail) : IFromWorker;
}

/// <summary>What the job coordinator answers to a worker.</summary>
public static class WorkEvents
{
    /// <summary>An answer to a worker.</summary>
    public interface IWorkEvent;

    /// <summary>A unit is leased. A worker that holds it already ignores it.</summary>
    /// <param name="Unit">The unit.</param>
    /// <param name="LeaseFor">How long the lease holds unless it is renewed; the worker counts from the arrival of this message and
    /// publishes nothing after it.</param>
    public sealed record WorkGranted(WorkUnit Unit, TimeSpan LeaseFor) : IWorkEvent;

    /// <summary>The answer to a heartbeat.</summary>
    /// <param name="Held">Leases that hold on.</param>
    /// <param name="Lost">Leases that are over: their results would be refused, so the worker drops them.</param>
    /// <param name="LeaseFor">How long they hold, counted from the sending of the heartbeat.</param>
    public sealed record LeasesRenewed(IReadOnlyList<WorkLease> Held, IReadOnlyList<WorkLease> Lost, TimeSpan LeaseFor) : IWorkEvent;

    /// <summary>The settlement is on disk, or was before.</summary>
    /// <param name="Lease">The unit.</param>
    /// <param name="Items">Numbers of the pictures.</param>
    public sealed record ItemsTaken(WorkLease Lease, IReadOnlyList<long> Items) : IWorkEvent;

    /// <summary>The lease is over, and what was said under it changes nothing.</summary>
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
    /// <summary>The archive's folder is not there, or empty, on the worker's host.</summary>
    ArchiveNotVisible,

    /// <summary>The output folder cannot be made or written on the worker's host.</summary>
    OutputNotWritable,

    /// <summary>There is no space left where the output goes.</summary>
    OutputFull,

    /// <summary>The model cannot be loaded.</summary>
    ModelNotLoadable,

    /// <summary>The device ends or drains.</summary>
    ShuttingDown,
}
