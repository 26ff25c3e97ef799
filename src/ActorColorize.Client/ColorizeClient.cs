using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>
/// A client of an ActorColorize daemon. Each call either returns its answer or throws <see cref="ColorizeClientException"/>; while the
/// daemon is unreachable it is retried for <see cref="ClientOptions.Patience"/>. Commands carry an id under which they are sent again when
/// no answer arrives, and are executed once. Thread-safe.
/// </summary>
public sealed class ColorizeClient : IAsyncDisposable
{
    private readonly ReconnectingGateway _gateway;

    private ColorizeClient(ReconnectingGateway gateway)
    {
        _gateway = gateway;
        Jobs = new JobsClient(gateway);
        Runs = new RunsClient(gateway);
    }

    /// <summary>Jobs: archives that are coloured.</summary>
    public JobsClient Jobs { get; }

    /// <summary>Training runs.</summary>
    public RunsClient Runs { get; }

    /// <summary>The name under which the daemon knows this client.</summary>
    public ClientId Name => _gateway.Client;

    /// <summary>Program name and version of the daemon.</summary>
    public string DaemonProgram => _gateway.Welcome.Program;

    /// <summary>Connects to a daemon.</summary>
    /// <param name="options">Which daemon, and as which client; null: the current account's daemon on this machine.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ColorizeClientException">No daemon is running, or it refuses this client.</exception>
    public static async Task<ColorizeClient> ConnectAsync(ClientOptions? options = null, CancellationToken cancellation = default) =>
        new(await ReconnectingGateway.OpenAsync(options ?? new ClientOptions(), cancellation));

    /// <summary>The named models that jobs can use.</summary>
    public async Task<IReadOnlyList<NamedModel>> ModelsAsync(CancellationToken cancellation = default) =>
        (await _gateway.AskAsync<TrainingReports.ModelPage>(new TrainingQueries.Models(), cancellation)).Models;

    /// <summary>Deletes a named model with the files of all its promotions.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ColorizeClientException">There is no such model, or an open job or run needs it.</exception>
    public Task DeleteModelAsync(string name, CancellationToken cancellation = default) =>
        _gateway.AskAsync<TrainingAnswers.ModelDeleted>(
            new TrainingCommands.DeleteModel(CommandId.New(), _gateway.Client, name),
            cancellation
        );

    /// <summary>The devices that archive work is leased to.</summary>
    public async Task<IReadOnlyList<WorkerReport>> WorkersAsync(CancellationToken cancellation = default) =>
        (await _gateway.AskAsync<JobReports.WorkerPage>(new JobQueries.Workers(), cancellation)).Workers;

    /// <summary>
    /// The nodes of a cluster, as seen by the node that this client is connected to; empty for a daemon without a cluster.
    /// </summary>
    public Task<GatewayAnswers.NodePage> NodesAsync(CancellationToken cancellation = default) =>
        _gateway.AskAsync<GatewayAnswers.NodePage>(new GatewayCommands.ShowNodes(), cancellation);

    /// <summary>Status of the daemon.</summary>
    public Task<GatewayAnswers.DaemonStatus> ShowDaemonAsync(CancellationToken cancellation = default) =>
        _gateway.AskAsync<GatewayAnswers.DaemonStatus>(new GatewayCommands.ShowDaemon(), cancellation);

    /// <summary>Closes the connection; jobs continue.</summary>
    public ValueTask DisposeAsync() => _gateway.DisposeAsync();
}
