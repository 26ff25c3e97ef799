using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>
/// The way to a client's session from within the daemon, for backends other than the gateway's own: they find out who asks, and the session treats
/// the client as if it came over the wire, with the
/// same quota, the same checks, the same name on its commands.
/// </summary>
public interface IClientSessions
{
    /// <summary>Passes a message to the client's session.</summary>
    /// <param name="client">Who asks; whoever calls this has made sure of it.</param>
    /// <param name="message">What clients may say: <see cref="GatewayCommands.SubmitJob"/>, <see cref="JobCommands"/>, <see
    /// cref="JobQueries"/> and their like.</param>
    /// <param name="within">How long the answer may take.</param>
    /// <returns>The answer; <see cref="GatewayAnswers.Refused"/> also where none came in time.</returns>
    Task<object> AskAsync(ClientId client, object message, TimeSpan within);
}
