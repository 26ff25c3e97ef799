using System.Security.Cryptography;
using System.Text;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;

namespace ActorColorize.Rest;

/// <summary>Idempotency keys of commands over HTTP: a command repeated under the same key has the same id.</summary>
internal static class CommandIds
{
    /// <summary>Description of the key for the OpenAPI document.</summary>
    public const string KeyDescription =
        "Any text of at most 200 characters, unique per command of this client; a command repeated under the same key is executed once.";

    /// <summary>
    /// The id of a command. With a key, it is derived from client, command, subject and key, so that a repetition has the same id.
    /// </summary>
    /// <param name="verb">The command.</param>
    /// <param name="about">Id of the job or run.</param>
    /// <param name="key">The request's idempotency key; null: a new id.</param>
    /// <param name="context">The request.</param>
    public static CommandId Of(string verb, string about, string? key, HttpContext context) =>
        key is null
            ? CommandId.New()
            : new CommandId(
                Convert.ToHexStringLower(
                    SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Caller.Of(context).Value, verb, about, key)))
                )
            );
}
