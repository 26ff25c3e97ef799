using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Hosting;

namespace ActorColorize.Client.Tests;

/// <summary>A gateway on the loopback address with a scripted inside, and what clients need to find it.</summary>
internal sealed class OpenGateway : IAsyncDisposable
{
    private readonly ActorSystem _inside = ActorSystem.Create("inside");
    private readonly GatewaySettings _settings;
    private readonly GatewayBackends _backends;
    private ClientGateway _gateway = null!;

    private OpenGateway(PeerTrust trust, X509Certificate2 certificate, ClientLimits limits, int answersLost)
    {
        Folder = Directory.CreateTempSubdirectory("gateway-").FullName;
        Certificate = certificate;
        Jobs = _inside.ActorOf(Props.Create(() => new ScriptedJobs(CarriedOut, answersLost)), "jobs");
        _settings = new GatewaySettings("127.0.0.1", "127.0.0.1", 0, certificate, trust, limits);
        Training = _inside.ActorOf(Props.Create(() => new ScriptedTraining(TrainingReceived, answersLost)), "training");
        _backends = new GatewayBackends(
            Jobs,
            new TrustingRequests(),
            new DaemonFacts("actorcolorize trial", "no device", DateTimeOffset.UnixEpoch)
        )
        {
            Training = Training,
            Nodes = () => new([Node], Coordinators),
        };
    }

    public static NodeReport Node { get; } =
        new("10.0.0.1:4588", "coordinator", "up", IsReachable: true, IsLeader: true)
        {
            Program = "actorcolorize trial",
            Certificate = new CertificateExpiry("cluster.certificate", new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        };

    public static CoordinatorQuorum Coordinators { get; } =
        new(["10.0.0.1:4588", "10.0.0.2:4588", "10.0.0.3:4588"], ["10.0.0.1:4588", "10.0.0.3:4588"], 2);

    public string Folder { get; }

    public X509Certificate2 Certificate { get; }

    public IActorRef Jobs { get; }

    public ConcurrentQueue<object> CarriedOut { get; } = new();

    public IActorRef Training { get; }

    /// <summary>Commands that reached the run coordinator's place, each as often as it was sent.</summary>
    public ConcurrentQueue<object> TrainingReceived { get; } = new();

    public RecordedLog Log { get; } = new();

    public int Port => _gateway.Port;

    public ClientGateway Gateway => _gateway;

    public ClientOptions Options =>
        new()
        {
            DataFolder = Folder,
            Name = "painter",
            Patience = TimeSpan.FromMinutes(1),
        };

    /// <summary>One certificate for both ends, found in the data folder.</summary>
    public static async Task<OpenGateway> ForItsOwnerAsync(ClientLimits? limits = null, int answersLost = 0)
    {
        var certificate = PrivateAuthority.Shared();
        var gateway = new OpenGateway(PeerTrust.Only(certificate), certificate, limits ?? new ClientLimits(), answersLost);
        await gateway.OpenAsync();
        return gateway;
    }

    /// <summary>Certificates of an authority.</summary>
    public static async Task<OpenGateway> ForClientsOfAsync(PrivateAuthority authority, ClientLimits? limits = null, int answersLost = 0)
    {
        var gateway = new OpenGateway(
            PeerTrust.ClientsOf(authority.Certificate),
            authority.ForGateway("127.0.0.1"),
            limits ?? new ClientLimits(),
            answersLost
        );
        await gateway.OpenAsync();
        return gateway;
    }

    /// <summary>Opens it, on a port that may be another one than before, or on the one that is named.</summary>
    /// <param name="port">The port; 0 for any.</param>
    /// <param name="with">Wraps each of its hosts.</param>
    public async Task OpenAsync(int port = 0, Func<IHost, IHost>? with = null)
    {
        _gateway = await ClientGateway.OpenAsync(_settings with { Port = port }, Log, async where =>
        {
            var host = await ClientGateway.StartAsync(where, _backends, Log);
            return with?.Invoke(host) ?? host;
        });
        var file = new GatewayFile(
            "127.0.0.1",
            _gateway.Port,
            Convert.ToBase64String(Certificate.Export(X509ContentType.Pkcs12)),
            Environment.ProcessId
        );
        await File.WriteAllBytesAsync(Path.Combine(Folder, GatewayFile.FileName), file.ToBytes());
    }

    public ValueTask CloseAsync() => _gateway.DisposeAsync();

    public ClientOptions With((string Certificate, string Authority) files) =>
        Options with
        {
            Daemon = $"127.0.0.1:{Port}",
            CertificateFile = files.Certificate,
            AuthorityFile = files.Authority,
        };

    /// <summary>Asserts that the gateway still accepts its client and answers.</summary>
    public async Task RequireAliveAsync(ClientOptions options)
    {
        await using var client = await ColorizeClient.ConnectAsync(options);
        Assert.Equal("actorcolorize trial", (await client.ShowDaemonAsync()).Program);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _inside.Terminate();
        Certificate.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
