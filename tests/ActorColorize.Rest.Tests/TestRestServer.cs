using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ActorColorize.Client.Tests;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorColorize.Rest.Tests;

/// <summary>A REST server on a free port of the loopback address, with real sessions and scripted coordinators.</summary>
internal sealed class TestRestServer : IAsyncDisposable
{
    public const string Token = "trial-token";

    public static readonly ClientId Owner = new("owner");

    private readonly ActorSystem _inside;
    private readonly X509Certificate2? _certificate;
    private readonly List<HttpClient> _clients = [];

    private TestRestServer(ActorSystem inside, IActorRef coordinator, RestServer server, TrialSpool spool, RestIdentity identity)
    {
        _inside = inside;
        _certificate = (identity as RestIdentity.ByCertificate)?.Certificate;
        Coordinator = coordinator;
        Server = server;
        Spool = spool;
        Client = NewClient(Token);
    }

    public RestServer Server { get; }

    public IActorRef Coordinator { get; }

    public TrialSpool Spool { get; }

    public required IActorRef Training { get; init; }

    /// <summary>Commands about runs that came through.</summary>
    public required ConcurrentQueue<object> Told { get; init; }

    /// <summary>Knows the token.</summary>
    public HttpClient Client { get; }

    public static Task<TestRestServer> ForItsOwnerAsync(
        Func<JobSpecification, ItemOutcome?>? device = null,
        ClientLimits? limits = null,
        Func<RestSettings, RestSettings>? with = null,
        IDaemonFiles? files = null,
        ILoggerFactory? log = null
    ) => ForAsync(new RestIdentity.ByToken(Token, Owner), device, limits, with, files, log);

    public static async Task<TestRestServer> ForAsync(
        RestIdentity identity,
        Func<JobSpecification, ItemOutcome?>? device = null,
        ClientLimits? limits = null,
        Func<RestSettings, RestSettings>? with = null,
        IDaemonFiles? files = null,
        ILoggerFactory? log = null
    )
    {
        var inside = ActorSystem.Create("inside");
        var coordinator = inside.ActorOf(Props.Create(() => new FakeCoordinator(device ?? TrialDevice.Colours)), "jobs");
        var told = new ConcurrentQueue<object>();
        var backends = new GatewayBackends(
            coordinator,
            new TrustingRequests(),
            new DaemonFacts("actorcolorize trial", "no device", DateTimeOffset.UnixEpoch)
        )
        {
            Nodes = () =>
                new(
                    [
                        new NodeReport("10.0.0.1:4588", "coordinator", "up", IsReachable: true, IsLeader: true)
                        {
                            Program = "actorcolorize trial",
                            Certificate = new("cluster.certificate", new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)),
                        },
                        new NodeReport("10.0.0.2:4588", "device", "up", IsReachable: false, IsLeader: false),
                    ],
                    new CoordinatorQuorum(["10.0.0.1:4588", "10.0.0.3:4588", "10.0.0.4:4588"], ["10.0.0.1:4588", "10.0.0.4:4588"], 2)
                ),
            Training = inside.ActorOf(Props.Create(() => new ScriptedTraining(told, 0)), "training"),
        };
        using var nobody = PrivateAuthority.Shared();
        var trust = PeerTrust.Only(nobody);
        var sessions = inside.ActorOf(
            Props.Create(() => new ConnectionAcceptor(backends, trust, limits ?? new ClientLimits(), TimeProvider.System)),
            "gateway"
        );
        var spool = new TrialSpool();
        var settings = new RestSettings(System.Net.IPAddress.Loopback, 0, "127.0.0.1", identity)
        {
            DataFolder = Path.GetTempPath(),
            MeterName = $"ActorColorize.Daemon.{Guid.NewGuid():N}",
        };
        return new TestRestServer(
            inside,
            coordinator,
            await RestServer.OpenAsync(
                with?.Invoke(settings) ?? settings,
                new Sessions(sessions),
                backends,
                spool,
                files ?? new TrialFiles(),
                log ?? NullLoggerFactory.Instance
            ),
            spool,
            identity
        )
        {
            Told = told,
            Training = backends.Training,
        };
    }

    public HttpClient NewClient(string? token, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown?.GetCertHashString() == _certificate?.GetCertHashString();
        if (certificate is not null)
            handler.SslOptions.ClientCertificates = [certificate];
        var client = new HttpClient(handler) { BaseAddress = Server.Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _clients.Add(client);
        return client;
    }

    /// <summary>Submits an archive.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> SubmitAsync(string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
        {
            Content = JsonContent.Create(new { input = "/photos", output = "/coloured" }),
        };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var answer = await Client.SendAsync(request);
        return (await Json(answer)).GetProperty("job").GetString()!;
    }

    /// <summary>Has things happen to a job.</summary>
    public Task HappenAsync(string job, params JobEvents.IJobEvent[] events) =>
        Coordinator.Ask<bool>(new FakeCoordinator.Happen(new JobId(job), events));

    /// <summary>Has the server ask the coordinator for its figures, before it would by itself.</summary>
    public Task RefreshFiguresAsync() => Server.Services.GetRequiredService<CoordinatorMonitor>().RefreshAsync();

    public static async Task<JsonElement> Json(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    /// <summary>Checks that an answer is a problem, and gives its detail.</summary>
    public static async Task<string> ProblemAsync(HttpResponseMessage answer, int status, string kind)
    {
        Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = await Json(answer);
        Assert.Equal($"urn:actorcolorize:problem:{kind}", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        var detail = problem.GetProperty("detail").GetString()!;
        Assert.DoesNotContain('\n', detail);
        return detail;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await Server.DisposeAsync();
        await _inside.Terminate();
        Spool.Dispose();
    }

    private sealed class Sessions(IActorRef sessions) : IClientSessions
    {
        public Task<object> AskAsync(ClientId client, object message, TimeSpan within) =>
            sessions.Ask<object>(new ConnectionAcceptor.LocalRequest(client, message), within);
    }
}

/// <summary>Replaces a device: the result is the picture with a suffix.</summary>
internal static class TrialDevice
{
    public static ItemOutcome Colours(JobSpecification job)
    {
        var result = Path.Combine(job.OutputRoot, job.SinglePicture!);
        File.WriteAllBytes(result, [.. File.ReadAllBytes(Path.Combine(job.InputRoot, job.SinglePicture!)), .. "coloured"u8]);
        return new ItemOutcome.Done("", "", 0, 1, 1, 1);
    }
}

/// <summary>A spool in a temporary folder.</summary>
internal sealed class TrialSpool : IPictureSpool, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spool-").FullName;

    public bool IsEmpty => !Directory.EnumerateFileSystemEntries(_folder).Any();

    public IPicturePlace NewPlace() => new Place(Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("n"))).FullName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Place(string folder) : IPicturePlace
    {
        public string Input { get; private set; } = "";

        public string Output => Directory.CreateDirectory(Path.Combine(folder, "out")).FullName;

        public Stream Receive(string extension) => File.Create(Input = Path.Combine(folder, $"picture{extension}"));

        public Stream OpenResult() => File.OpenRead(Directory.GetFiles(Output, "picture.*").Single());

        public Stream? OpenDistribution() =>
            Directory.GetFiles(Output, JobSpecification.DistributionFile) is [var file] ? File.OpenRead(file) : null;

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
