using Microsoft.Extensions.Hosting;

namespace ActorColorize.Gateway;

/// <summary>Host lifetime for a program that handles signals itself.</summary>
internal sealed class ExternalSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
