using ActorColorize.Actors.Jobs;
using ActorColorize.Host.Nodes;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote;

namespace ActorColorize.Host.Clustering;

/// <summary>
/// Logs membership changes, asks members for their status, and ends a process that can no longer serve the cluster, so that its parent
/// starts another: one that other members have quarantined, one that formed a cluster on its own because it could not reach the others, and
/// one that the job coordinator has not answered for minutes.
/// </summary>
internal sealed class ClusterWatch : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan LongestJoining = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AskMembersEvery = TimeSpan.FromSeconds(60); // besides each at its arrival

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CoordinatorSilence _silence = new(TimeProvider.System);
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    /// <summary>Watches the actor system's own membership.</summary>
    /// <param name="statuses">Kept as members tell them.</param>
    /// <param name="isOfNoUse">Called, with the reason, when the process should exit.</param>
    public ClusterWatch(MemberStatuses statuses, Action<string> isOfNoUse)
    {
        Receive<ClusterEvent.MemberUp>(up =>
        {
            _log.Info("{0} is up", Named(up.Member));
            AskStatus(up.Member);
        });
        Receive<ClusterEvent.MemberRemoved>(gone =>
        {
            _log.Info("{0} was removed (previously {1})", Named(gone.Member), gone.PreviousStatus);
            statuses.Forget(gone.Member.Address);
        });
        Receive<ClusterEvent.UnreachableMember>(lost => _log.Warning("{0} is unreachable", Named(lost.Member)));
        Receive<ClusterEvent.ReachableMember>(found =>
        {
            _log.Warning("{0} is reachable again", Named(found.Member));
            AskStatus(found.Member);
        });
        Receive<ClusterEvent.IClusterDomainEvent>(_ => { });
        Receive<ThisActorSystemQuarantinedEvent>(given => isOfNoUse($"{given.RemoteAddress} has quarantined this process"));
        Receive<GatewayCommands.ShowDaemon>(_ => Sender.Tell(statuses.Own));
        Receive<GatewayAnswers.DaemonStatus>(status =>
        {
            var sender = Sender.Path.Address;
            statuses.Told(sender.HasLocalScope ? _cluster.SelfAddress : sender, status);
        });
        Receive<AskMembers>(_ =>
        {
            foreach (var member in _cluster.State.Members)
                AskStatus(member);
        });
        Receive<JobReports.WorkerPage>(_ => _silence.Answered());
        Receive<JobReports.NotReadable>(_ => _silence.Answered());
        Receive<AskCoordinator>(_ =>
        {
            var self = _cluster.SelfMember;
            if (_silence.IsTooLong(self.Status is MemberStatus.Up, self.HasRole(NodeHocon.CoordinatorRole), IsOldestCoordinator(self)))
                isOfNoUse("the job coordinator has not answered it for minutes");
            else if (ActorRegistry.For(Context.System).TryGet<JobCoordinator>(out var coordinator))
                coordinator.Tell(new JobQueries.Workers());
        });
        Receive<Look>(_ =>
        {
            if (_cluster.State.Members.Count > 0 && _cluster.SelfMember.Status is MemberStatus.Joining)
                isOfNoUse(
                    $"it joined a cluster that did not come up within {LongestJoining.TotalSeconds:0} s: too few coordinators can reach "
                        + "each other"
                );
        });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.IMemberEvent),
            typeof(ClusterEvent.IReachabilityEvent)
        );
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, LongestJoining, LongestJoining);
        Timers.StartPeriodicTimer(nameof(AskCoordinator), AskCoordinator.Instance, AskEvery, AskEvery);
        Timers.StartPeriodicTimer(nameof(AskMembers), AskMembers.Instance, AskMembersEvery, AskMembersEvery);
    }

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void AskStatus(Member member)
    {
        if (_cluster.SelfRoles.Contains(NodeHocon.CoordinatorRole)) // only they tell clients
            Context.ActorSelection(new RootActorPath(member.Address) / "user" / Self.Path.Name).Tell(new GatewayCommands.ShowDaemon());
    }

    private bool IsOldestCoordinator(Member self) =>
        !_cluster.State.Members.Any(other =>
            other.HasRole(NodeHocon.CoordinatorRole) && other.Status is MemberStatus.Up && other.IsOlderThan(self)
        );

    private static string Named(Member member) => $"{member.Address.Host}:{member.Address.Port} ({string.Join(", ", member.Roles)})";

    private sealed class AskCoordinator
    {
        internal static readonly AskCoordinator Instance = new();
    }

    private sealed class AskMembers
    {
        internal static readonly AskMembers Instance = new();
    }

    private sealed class Look
    {
        internal static readonly Look Instance = new();
    }
}
