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
    public async Task An_unreachable_cluster_is_retried_and_reported_once()
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
            $"no gateway of the cluster can be reached yet, trying for 300 s (the daemon at 127.0.0.1:{port}: connection refused)",
            Assert.Single(_told)
        );
        await _one.OpenAsync();
    }

    [Fact]
    public async Task A_cluster_that_stays_unreachable_is_abandoned()
    {
        var (options, last) = (Options(), _other.Port);
        await CloseBothAsync();

        var gone = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(options with { WaitForCluster = TimeSpan.FromSeconds(5) })
        );

        Assert.Equal(ClientProblem.Unreachable, gone.Problem);
        Assert.Matches($@"\Athe daemon at 127\.0\.0\.1:{last}: connection refused \(tried for \d+ s\)\z", gone.Message);
        Assert.Single(_told);
        await ReopenAsync();
    }

    [Fact]
    public async Task An_unreachable_single_daemon_is_reported_immediately()
    {
        var options = Options() with { Daemon = $"127.0.0.1:{_one.Port}" };
        await CloseBothAsync();

        var gone = await Assert.ThrowsAsync<ColorizeClientException>(() => ColorizeClient.ConnectAsync(options));

        Assert.Equal((ClientProblem.Unreachable, $"the daemon at {options.Daemon}: connection refused"), (gone.Problem, gone.Message));
        Assert.Empty(_told);
        await ReopenAsync();
    }

    [Fact]
    public async Task A_refusal_is_final_although_other_gateways_are_unreachable()
    {
        using var elsewhere = new PrivateAuthority();
        using var foreign = elsewhere.ForClient("foreign");
        var options = Options();
        await _one.CloseAsync();

        var version = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(options with { Version = ProtocolVersion.Current + 1 })
        );
        var files = elsewhere.Files(foreign, _one.Folder);
        var fooled = await Assert.ThrowsAsync<ColorizeClientException>(() =>
            ColorizeClient.ConnectAsync(options with { AuthorityFile = files.Authority })
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
