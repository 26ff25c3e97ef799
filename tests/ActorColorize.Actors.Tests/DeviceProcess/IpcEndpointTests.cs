using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorColorize.Actors.Device;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using Akka.TestKit;

namespace ActorColorize.Actors.Tests.DeviceProcess;

/// <summary>The IPC endpoint between a parent and its device process: which peers and messages are accepted.</summary>
public sealed class IpcEndpointTests : PatientTestKit, IDisposable
{
    private const string Lenient = """
        akka.actor {
          serialization-settings.allow-unregistered-types = on
          serializers.json = "Akka.Serialization.NewtonSoftJsonSerializer, Akka"
        }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _certificate = IpcCertificate.Make();
    private readonly TestProbe _owner;
    private readonly ParentIpcEndpoint _ipc;
    private readonly List<ActorSystem> _peers = [];

    public IpcEndpointTests()
    {
        _owner = CreateTestProbe();
        _ipc = new ParentIpcEndpoint(7, _certificate, _owner.Ref);
    }

    void IDisposable.Dispose()
    {
        _ipc.Dispose();
        foreach (var peer in _peers)
            peer.Dispose();
        Dispose();
    }

    [Fact]
    public void The_started_process_joins_and_messages_pass_both_ways()
    {
        var device = CreateTestProbe();
        var progress = new DeviceProgressCounter();
        progress.Beat(DeviceActivity.Working);
        Action<string> leave = reason => device.Ref.Tell(reason);
        var settings = new DeviceIpcSettings(_ipc.Address, "1.0", TimeSpan.FromMilliseconds(100), progress);
        var endpoint = Peer(_certificate).ActorOf(Props.Create(() => new DeviceIpcActor(settings, leave)), DeviceIpcActor.ActorName);
        var worker = CreateTestProbe();
        endpoint.Tell(new WorkCommands.RequestWork(new WorkerId("cuda:0", "1"), 2), worker.Ref); // before anyone listens
        endpoint.Tell(new DeviceIpcActor.Attach(device.Ref));

        Assert.Equal(Environment.ProcessId, Heard<DeviceProcessEvents.Joining>().Process);
        _ipc.Tell(new DeviceProcessCommands.Welcome(7));
        Assert.Equal(2, Heard<WorkCommands.RequestWork>().Credit);
        Assert.Equal(DeviceActivity.Working, Heard<DeviceProcessEvents.Heartbeat>().Activity);

        _ipc.Tell(new DeviceCommands.CloseRun(new RunId("r")));
        device.ExpectMsg<DeviceCommands.CloseRun>(Patience);
        device.Reply(new DeviceEvents.KernelAvoided("one"));
        Assert.Equal("one", Heard<DeviceEvents.KernelAvoided>().Description);
        _ipc.Tell(
            new WorkEvents.WorkGranted(
                new WorkUnit(
                    new JobId("j"),
                    1,
                    new LeaseEpoch(1),
                    [],
                    new JobSpecification("/i", "/o", "/m", "h", 1, null, false, 1, 1, false, 8, 64, 92)
                ),
                TimeSpan.FromMinutes(1)
            )
        );
        worker.ExpectMsg<WorkEvents.WorkGranted>(Patience);
        _ipc.Tell(new DeviceProcessCommands.Leave("enough"));
        device.ExpectMsg("enough", Patience);
    }

    [Fact]
    public async Task A_peer_with_another_certificate_is_rejected()
    {
        var stranger = Peer(IpcCertificate.Make());
        JoinDue(stranger);

        await stranger.WhenTerminated.WaitAsync(Patience); // what Akka does with a side whose handshake failed
        TheStartedOneStillJoins();
    }

    [Fact]
    public void A_peer_that_accepts_any_certificate_is_rejected_with_its_own()
    {
        var own = X509CertificateLoader.LoadPkcs12(IpcCertificate.Make(), null);
        JoinDue(Peer(new DotNettySslSetup(own, suppressValidation: true, requireMutualAuthentication: true, (_, _, _, _, _) => true)));

        _owner.FishForMessage<IpcNotice>(notice => notice.Text.Contains("TLS handshake fail", StringComparison.Ordinal), Patience);
        TheStartedOneStillJoins();
    }

    [Fact]
    public async Task A_peer_that_speaks_no_TLS_is_cut_off()
    {
        var address = Address.Parse(_ipc.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host!, address.Port!.Value);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));

        Assert.Equal(0, await ReadToEndAsync(client));
        TheStartedOneStillJoins();
    }

    [Fact]
    public void Json_that_names_a_type_is_not_read_even_from_the_started_process()
    {
        var peer = Peer(_certificate, Lenient);
        var endpoint = peer.ActorSelection($"{_ipc.Address}/user/{DeviceIpcActor.ActorName}");
        Trap.TimesMade = 0;
        endpoint.Tell(new Trap());

        endpoint.Tell(new DeviceProcessEvents.Joining(1, "after the trap"), peer.ActorOf(Props.Create(() => new Silent())));

        Assert.Equal("after the trap", Heard<DeviceProcessEvents.Joining>().Program);
        Assert.Equal(1, Trap.TimesMade); // the one that was sent
    }

    [Fact]
    public void An_endpoint_cannot_be_stopped_by_the_other_side()
    {
        var peer = Peer(_certificate);
        var endpoint = peer.ActorSelection($"{_ipc.Address}/user/{DeviceIpcActor.ActorName}");
        endpoint.Tell(PoisonPill.Instance);

        TheStartedOneStillJoins();
    }

    private void TheStartedOneStillJoins()
    {
        JoinDue(Peer(_certificate));
        Assert.Equal("connection", Heard<DeviceProcessEvents.Joining>().Program);
    }

    private void JoinDue(ActorSystem peer) =>
        peer.ActorSelection($"{_ipc.Address}/user/{DeviceIpcActor.ActorName}")
            .Tell(new DeviceProcessEvents.Joining(1, "connection"), peer.ActorOf(Props.Create(() => new Silent())));

    private T Heard<T>()
    {
        var said = (FromDeviceProcess)_owner.FishForMessage(message => message is FromDeviceProcess { Message: T }, Patience);
        Assert.Equal(7, said.Incarnation);
        return (T)said.Message;
    }

    private ActorSystem Peer(byte[] certificate, string more = "") =>
        Peer(IpcCertificate.Setup(X509CertificateLoader.LoadPkcs12(certificate, null)), more);

    private ActorSystem Peer(DotNettySslSetup tls, string more = "")
    {
        var configuration = ConfigurationFactory.ParseString(more).WithFallback(ConfigurationFactory.ParseString(AkkaHocon.IpcOfParent));
        var peer = ActorSystem.Create("peer", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(configuration), tls));
        _peers.Add(peer);
        return peer;
    }

    private static async Task<int> ReadToEndAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Patience);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return 0;
        }
    }

    private sealed class Silent : ReceiveActor;

    /// <summary>A type that an attacker would want to be instantiated.</summary>
    public sealed class Trap
    {
        private static int s_timesMade;

        public Trap() => Interlocked.Increment(ref s_timesMade);

        public static int TimesMade
        {
            get => Volatile.Read(ref s_timesMade);
            set => Volatile.Write(ref s_timesMade, value);
        }
    }
}
