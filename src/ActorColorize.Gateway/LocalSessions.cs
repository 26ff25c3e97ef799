using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Gateway;

/// <summary>
/// Client sessions of a process without a gateway, which only its own HTTP server uses: no other process can reach them. They live in the
/// process's actor system and end with it.
/// </summary>
/// <param name="system">The actor system.</param>
/// <param name="backends">The actors that requests are forwarded to.</param>
public sealed class LocalSessions(ActorSystem system, GatewayBackends backends) : IClientSessions
{
    private readonly IActorRef _sessions = system.ActorOf(
        Props.Create(() => new ConnectionAcceptor(backends, null, new ClientLimits(), TimeProvider.System)),
        "client-sessions"
    );

    /// <inheritdoc/>
    public async Task<object> AskAsync(ClientId client, object message, TimeSpan within)
    {
        try
        {
            return await _sessions.Ask<object>(new ConnectionAcceptor.LocalRequest(client, message), within);
        }
        catch (AskTimeoutException)
        {
            return new GatewayAnswers.Refused(GatewayRefusal.Unavailable, "no answer; the request can be retried", TimeSpan.FromSeconds(1));
        }
    }
}
