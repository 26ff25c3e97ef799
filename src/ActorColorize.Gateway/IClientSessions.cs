using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>
/// Access to client sessions for the daemon's other servers: they authenticate the client, and the session treats it like a client of the
/// gateway, with the same quota, checks and name.
/// </summary>
public interface IClientSessions
{
    /// <summary>Passes a message to the client's session.</summary>
    /// <param name="client">The client, authenticated by the caller.</param>
    /// <param name="message">A message that clients may send: <see cref="GatewayCommands.SubmitJob"/>, <see cref="JobCommands"/>,
    /// <see cref="JobQueries"/> and similar.</param>
    /// <param name="within">Timeout of the answer.</param>
    /// <returns>The answer; <see cref="GatewayAnswers.Refused"/> also on timeout.</returns>
    Task<object> AskAsync(ClientId client, object message, TimeSpan within);
}
