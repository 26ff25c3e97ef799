using System.Security.Cryptography;
using System.Text;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Client.Tests;

/// <summary>Peers that are not clients of the gateway are refused and logged, and the gateway continues to work.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_client_with_a_certificate_of_the_authority_is_accepted_under_the_certificates_name()
    {
        using var authority = new PrivateAuthority();
        await using var gateway = await OpenGateway.ForClientsOfAsync(authority);
        using var certificate = authority.ForClient("archive-7");

        await using var client = await ColorizeClient.ConnectAsync(gateway.With(authority.Files(certificate, gateway.Folder)));

        Assert.Equal("archive-7", client.Name.Value);
        await gateway.Log.LineAsync("archive-7 is connected");
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_by_both_ends()
    {
        using var authority = new PrivateAuthority();
        using var other = new PrivateAuthority();
        await using var gateway = await OpenGateway.ForClientsOfAsync(authority);
        using var good = authority.ForClient("good");
        using var wrong = other.ForClient("wrong");
        var goodFiles = authority.Files(good, gateway.Folder);
        var wrongFiles = other.Files(wrong, gateway.Folder);

        var fooled = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(gateway.With((goodFiles.Certificate, wrongFiles.Authority)))
        );
        var intruder = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(
                gateway.With((wrongFiles.Certificate, goodFiles.Authority)) with
                {
                    ConnectWithin = TimeSpan.FromSeconds(2),
                }
            )
        );

        Assert.Equal(ClientProblem.NotTrusted, fooled.Problem);
        Assert.Contains("the gateway's certificate is not accepted: CN=gateway", fooled.Message, StringComparison.Ordinal);
        Assert.Contains("does not accept this client's certificate", intruder.Message, StringComparison.Ordinal);
        await gateway.Log.LineAsync("is refused: CN=wrong");
        await gateway.RequireAliveAsync(gateway.With(goodFiles));
    }

    [Fact]
    public void A_client_cannot_impersonate_the_gateway_nor_the_gateway_a_client()
    {
        using var authority = new PrivateAuthority();
        using var client = authority.ForClient("c");
        using var server = authority.ForGateway("127.0.0.1");

        Assert.Null(PeerTrust.ClientsOf(authority.Certificate).Objection(client));
        Assert.Null(PeerTrust.GatewayOf(authority.Certificate, "127.0.0.1").Objection(server));
        Assert.NotNull(PeerTrust.ClientsOf(authority.Certificate).Objection(server));
        Assert.NotNull(PeerTrust.GatewayOf(authority.Certificate, "127.0.0.1").Objection(client));
        Assert.Equal("CN=gateway is not issued for 'elsewhere'", PeerTrust.GatewayOf(authority.Certificate, "elsewhere").Objection(server));
        Assert.Equal("it presented no certificate", PeerTrust.Only(client).Objection(null));
    }

    [Fact]
    public async Task Peers_without_a_certificate_or_without_TLS_or_that_only_connect_are_refused()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        using var unknown = PrivateAuthority.Shared();

        await UnknownPeer.SayInTlsAsync(gateway, null, "anybody?"u8.ToArray());
        await UnknownPeer.SayInTlsAsync(gateway, unknown, "anybody?"u8.ToArray());
        await UnknownPeer.SayAsync(gateway.Port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        await UnknownPeer.SayAsync(gateway.Port, RandomNumberGenerator.GetBytes(100_000));
        for (var i = 0; i < 50; i++)
            await UnknownPeer.ConnectAsync(gateway.Port);

        await gateway.Log.LineAsync("TLS handshake failed");
        await gateway.Log.LineAsync("is refused: it is not the certificate in the daemon's data folder");
        await gateway.RequireAliveAsync(gateway.Options);
    }

    [Fact]
    public async Task Strangers_cannot_fill_the_log()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();

        for (var i = 0; i < 3 * LimitedLogging.PerMinute; i++)
            await UnknownPeer.SayAsync(gateway.Port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

        await gateway.Log.LineAsync("further warnings of the gateway within this minute are counted, not logged");
        Assert.InRange(gateway.Log.Count("TLS"), 1, LimitedLogging.PerMinute);
        await gateway.RequireAliveAsync(gateway.Options);
    }

    [Fact]
    public void Warnings_beyond_the_limit_of_a_minute_are_counted_and_reported_in_the_next_one()
    {
        var log = new RecordedLog();
        var clock = new StoppedClock();
        using var limited = new LimitedLogging(log, clock);
        var logger = limited.CreateLogger("gateway");

        for (var i = 0; i < LimitedLogging.PerMinute + 7; i++)
            logger.LogWarning("refused {Number}", i);
        logger.LogInformation("connected");
        clock.Advance(TimeSpan.FromMinutes(1));
        logger.LogError("another");

        Assert.Equal(LimitedLogging.PerMinute, log.Count("refused"));
        Assert.Equal(1, log.Count("7 more warnings of the gateway were not logged before"));
        Assert.Equal((1, 1), (log.Count("connected"), log.Count("another")));
    }

    [Fact]
    public async Task A_frame_that_is_too_large_or_not_a_message_ends_its_senders_connection()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();

        await UnknownPeer.SayInTlsAsync(gateway, gateway.Certificate, [.. BitConverter.GetBytes(10_000_000), .. new byte[50_000]]);
        await UnknownPeer.SayInTlsAsync(
            gateway,
            gateway.Certificate,
            [.. BitConverter.GetBytes(100), .. RandomNumberGenerator.GetBytes(100)]
        );

        await gateway.Log.LineAsync("frame length exceeds 40000");
        await gateway.Log.LineAsync("Error while decoding incoming");
        await gateway.RequireAliveAsync(gateway.Options);
    }

    [Fact]
    public async Task Json_that_names_a_type_is_not_deserialized()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        using var peer = UnknownPeer.Credulous(gateway.Certificate);
        Trap.TimesSprung = 0;

        peer.ActorAt(gateway.Port, "/user/gateway").Tell(new Trap());
        await gateway.Log.LineAsync("messages of the kind 'json' are refused");

        Assert.Equal(0, Trap.TimesSprung);
        await gateway.RequireAliveAsync(gateway.Options);
        await peer.Terminate();
    }

    [Fact]
    public async Task Akkas_own_messages_neither_stop_an_actor_nor_reach_an_internal_one()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        using var peer = UnknownPeer.Credulous(gateway.Certificate);
        var acceptor = peer.ActorAt(gateway.Port, "/user/gateway");

        acceptor.Tell(PoisonPill.Instance);
        acceptor.Tell(Kill.Instance);
        peer.ActorAt(gateway.Port, "/user/*").Tell(PoisonPill.Instance);
        peer.ActorAt(gateway.Port, "/user/gateway/*").Tell(PoisonPill.Instance);
        peer.ActorAt(gateway.Port, "/user").Tell(Kill.Instance);
        peer.ActorAt(gateway.Port, "/system").Tell(Kill.Instance);
        acceptor.Tell(new Identify(1));
        acceptor.Tell("anybody?");

        await gateway.Log.LineAsync("messages of the kind 'primitive' are refused");
        await gateway.Log.LineAsync("messages of the kind 'akka-misc' are refused");
        await gateway.RequireAliveAsync(gateway.Options);
        await peer.Terminate();
    }

    [Theory]
    [InlineData(ProtocolVersion.Current + 1, "update the daemon")]
    [InlineData(ProtocolVersion.Oldest - 1, "update the client")]
    public async Task Another_version_is_refused_with_what_to_do(int version, string advice)
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();

        var refused = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(gateway.Options with { Version = version })
        );

        Assert.Equal(ClientProblem.Version, refused.Problem);
        Assert.Contains($"speaks protocol {version}", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith(advice, refused.Message, StringComparison.Ordinal);
        await gateway.Log.LineAsync("is refused", $"speaks protocol {version}");
        await gateway.RequireAliveAsync(gateway.Options);
    }

    [Fact]
    public async Task A_gateway_whose_actor_system_terminates_starts_another_on_the_same_port()
    {
        await using var gateway = await OpenGateway.ForItsOwnerAsync();
        await using var client = await ColorizeClient.ConnectAsync(gateway.Options);
        var port = gateway.Port;

        await gateway.Gateway.System.Terminate(); // as remoting does when an outgoing connection fails in its TLS handshake
        var answer = await client.ShowDaemonAsync();

        Assert.Equal("actorcolorize trial", answer.Program);
        Assert.Equal(port, gateway.Port);
        await gateway.Log.LineAsync("terminated unexpectedly");
    }

    [Fact]
    public void A_proof_counts_for_one_handshake_and_one_key()
    {
        using var certificate = PrivateAuthority.Shared();
        using var other = PrivateAuthority.Shared();
        var (mine, theirs) = (GatewayProof.NewNonce(), GatewayProof.NewNonce());
        var proof = GatewayProof.Sign(certificate, mine, theirs);

        Assert.True(GatewayProof.IsSigned(certificate, proof, mine, theirs));
        Assert.False(GatewayProof.IsSigned(certificate, proof, mine, GatewayProof.NewNonce()));
        Assert.False(GatewayProof.IsSigned(certificate, proof, theirs, mine));
        Assert.False(GatewayProof.IsSigned(other, proof, mine, theirs));
        Assert.False(GatewayProof.IsSigned(certificate, "no base64!", mine, theirs));
        Assert.False(GatewayProof.IsSigned(certificate, Convert.ToBase64String(Encoding.UTF8.GetBytes("short")), mine, theirs));
    }

    /// <summary>The object that an attacker wants to create.</summary>
    public sealed class Trap
    {
        private static int s_timesSprung;

        private string? _text;

        public static int TimesSprung
        {
            get => s_timesSprung;
            set => s_timesSprung = value;
        }

        public string? Text
        {
            get => _text;
            set
            {
                _text = value;
                TimesSprung++;
            }
        }
    }
}
