using System.Security.Cryptography.X509Certificates;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Liveness;
using ActorColorize.Actors.Runs;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Host.Nodes;
using ActorColorize.Host.Serving;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote.Transport.DotNetty;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Host.Clustering;

/// <summary>
/// One process's membership in a cluster, and the actors of each role: those of a standalone daemon, connected over the network.
/// </summary>
internal sealed class ClusterMember : IDisposable
{
    private static readonly TimeSpan ShutdownWithin = TimeSpan.FromSeconds(55);

    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _authority;
    private readonly ClusterSettings _settings;
    private readonly int _port;
    private readonly TaskCompletionSource<string> _isOfNoUse = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads the certificates.</summary>
    /// <param name="settings">The node's cluster settings.</param>
    /// <param name="port">The port of this process.</param>
    /// <exception cref="UsageException">A certificate cannot be used; the message names its key.</exception>
    public ClusterMember(ClusterSettings settings, int port)
    {
        _settings = settings;
        _port = port;
        _certificate = PemFiles.WithKey("cluster.certificate", settings.Certificate);
        _authority = PemFiles.Authority("cluster.authority", settings.Authority);
    }

    /// <summary>Completed, with the reason, when this process should exit so that another one is started.</summary>
    public Task<string> IsOfNoUse => _isOfNoUse.Task;

    /// <summary>Joins as a coordinator, which may host the job coordinator and the training singleton.</summary>
    /// <param name="jobs">Settings of the job coordinator.</param>
    /// <param name="training">Settings of training.</param>
    /// <param name="journal">Configuration of their journal, as HOCON.</param>
    /// <param name="logging">The actors' loggers.</param>
    /// <param name="statuses">This process's status, and kept as other members tell theirs.</param>
    public Task<LocalNode> StartCoordinatorAsync(
        JobCoordinatorSettings jobs,
        Props training,
        string journal,
        ILoggerFactory logging,
        MemberStatuses statuses
    ) =>
        StartAsync(NodeHocon.CoordinatorRole, logging, statuses, akka =>
            akka.AddHocon(journal, HoconAddMode.Prepend)
                .AddJobCoordinatorSingleton(jobs, NodeHocon.CoordinatorRole)
                .AddJobCoordinatorProxy(NodeHocon.CoordinatorRole)
                .AddTrainingSingleton(training, NodeHocon.CoordinatorRole)
                .AddTrainingSingletonProxy(NodeHocon.CoordinatorRole)
        );

    /// <summary>Joins as a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="description">The device's description for the training singleton.</param>
    /// <param name="logging">The actors' loggers.</param>
    /// <param name="statuses">This process's status.</param>
    public Task<LocalNode> StartDeviceAsync(
        DevicePlacement device,
        TrainingDevice description,
        ILoggerFactory logging,
        MemberStatuses statuses
    ) => StartAsync(NodeHocon.DeviceRole, logging, statuses, akka =>
        {
            device.AddTo(
                akka.AddJobCoordinatorProxy(NodeHocon.CoordinatorRole)
                    .AddTrainingSingletonProxy(NodeHocon.CoordinatorRole)
                    .AddDeviceAgent(description)
            );
            akka.OfferDevice();
        });

    /// <summary>Judges this process's liveness: one that hangs is of no use.</summary>
    /// <param name="node">The node.</param>
    /// <param name="settings">What is watched.</param>
    public void WatchLiveness(LocalNode node, LivenessSettings settings) => node.WatchLiveness(settings, hang =>
        {
            if (hang is not null)
                _isOfNoUse.TrySetResult($"it hangs: {hang}");
        });

    /// <summary>Disposes of the keys.</summary>
    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    private async Task<LocalNode> StartAsync(
        string role,
        ILoggerFactory logging,
        MemberStatuses statuses,
        Action<AkkaConfigurationBuilder> compose
    )
    {
        try
        {
            return await LocalNode.StartAsync(logging, ShutdownWithin, akka =>
            {
                akka.AddHocon(NodeHocon.Member(_settings, role, _port), HoconAddMode.Prepend).AddSetup(Tls());
                akka.WithActors(
                    (system, _) =>
                        system.ActorOf(
                            Props.Create(() => new ClusterWatch(statuses, reason => _isOfNoUse.TrySetResult(reason))),
                            "cluster-watch"
                        )
                );
                compose(akka);
            });
        }
        catch (Exception failed)
            when (failed.GetBaseException() is System.Net.Sockets.SocketException or Akka.Remote.RemoteTransportException)
        {
            throw new UsageException(
                $"'cluster.host', 'cluster.port': this node cannot listen on {_settings.Host}:{_port}: "
                    + $"{FailureMapping.OneLine(failed.GetBaseException().Message)}",
                failed
            );
        }
    }

    private DotNettySslSetup Tls()
    {
        var trust = PeerTrust.MembersOf(_authority);
        return new DotNettySslSetup(
            _certificate,
            suppressValidation: false,
            requireMutualAuthentication: true,
            customValidator: (certificate, _, peer, _, log) =>
            {
                if (trust.Objection(certificate) is not { } objection)
                    return true;
                log.Warning("{0} is refused as a member: {1}", peer, objection);
                return false;
            }
        );
    }
}
