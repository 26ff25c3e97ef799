using System.Collections.Concurrent;
using ActorColorize.Protocol;

namespace ActorColorize.Client.Tests;

/// <summary>The first connection to a cluster whose gateways are all gone for the moment, and what is not waited for.</summary>
public sealed class FirstConnectionTests : IAsyncLifetime
{
    private readonly PrivateAuthority _authority = new();
    private readonly ConcurrentQueue<string> _told = new();
    private OpenGateway _one = null!;
    private OpenGateway _other = null!;

    public async Task InitializeAsync()
    {
        _one = await OpenGateway.ForClientsOfAsync(_authority);
        _other = await OpenGateway.ForClientsOfAsync(_authority);
    }

    [Fact]
    public async Task A_cluster_that_nobody_answers_for_yet_is_waited_for_and_that_is_told_once()
    {
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (options, port) = (Options(), _other.Port);
        await CloseBothAsync();

        var connecting = ColorizeClient.ConnectAsync(
            options with
            {
                WaitForCluster = TimeSpan.FromMinutes(5),
                OnWaiting = line =>
                {
                    _told.Enqueue(line);
                    told.TrySetResult();
                },
            }
        );
        await told.Task;
        Assert.False(connecting.IsCompleted);
        await _other.OpenAsync(port);
        await using var client = await connecting;

        Assert.Equal("painter", client.Name.Value);
        Assert.Equal(
            $"no gateway of the cluster can be reached yet, trying for 300 s (the daemon at 127.0.0.1:{port}: nobody listens there)",
            Assert.Single(_told)
        );
        await _one.OpenAsync();
    }

    [Fact]
    public async Task A_cluster_that_stays_away_is_given_up()
    {
        var (options, last) = (Options(), _other.Port);
        await CloseBothAsync();

        var gone = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(options with { WaitForCluster = TimeSpan.FromSeconds(0.5) })
        );

        Assert.Equal(ClientProblem.Unreachable, gone.Problem);
        Assert.Matches($@"\Athe daemon at 127\.0\.0\.1:{last}: nobody listens there \(tried for \d+ s\)\z", gone.Message);
        Assert.Single(_told);
        await ReopenAsync();
    }

    [Fact]
    public async Task A_single_daemon_that_is_not_there_is_told_at_once()
    {
        var options = Options() with { Daemon = $"127.0.0.1:{_one.Port}" };
        await CloseBothAsync();

        var gone = await Assert.ThrowsAsync<ColorizeClientException>(() => ColorizeClient.ConnectAsync(options));

        Assert.Equal((ClientProblem.Unreachable, $"the daemon at {options.Daemon}: nobody listens there"), (gone.Problem, gone.Message));
        Assert.Empty(_told);
        await ReopenAsync();
    }

    [Fact]
    public async Task Whoever_is_there_and_refuses_has_the_last_word_though_others_are_away()
    {
        using var elsewhere = new PrivateAuthority();
        using var stranger = elsewhere.ForClient("stranger");
        var options = Options();
        await _one.CloseAsync();

        var version = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(options with { Version = ProtocolVersion.Current + 1 })
        );
        var files = elsewhere.Files(stranger, _one.Folder);
        var fooled = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(options with { CertificateFile = files.Certificate, AuthorityFile = files.Authority })
        );

        Assert.Equal((ClientProblem.Version, ClientProblem.NotTrusted), (version.Problem, fooled.Problem));
        Assert.Empty(_told);
        await _one.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        _authority.Dispose();
    }

    private ClientOptions Options()
    {
        using var certificate = _authority.ForClient("painter");
        return _one.With(_authority.Files(certificate, _one.Folder)) with
        {
            Daemon = $"127.0.0.1:{_one.Port},127.0.0.1:{_other.Port}",
            OnWaiting = _told.Enqueue,
        };
    }

    private async Task CloseBothAsync()
    {
        await _one.CloseAsync();
        await _other.CloseAsync();
    }

    private async Task ReopenAsync()
    {
        await _one.OpenAsync();
        await _other.OpenAsync();
    }
}
