using Microsoft.Extensions.Hosting;

namespace ActorColorize.Gateway;

/// <summary>A host inside a program that listens to signals itself.</summary>
internal sealed class SignalsElsewhere : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
