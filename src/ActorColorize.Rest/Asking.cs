using System.Security.Cryptography;
using System.Text;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;

namespace ActorColorize.Rest;

/// <summary>Commands over HTTP can be sent again: under one key they are one asking.</summary>
internal static class Asking
{
    /// <summary>What the key is, for the document.</summary>
    public const string KeyWords =
        "Any text of at most 200 characters that no other asking of this client has; sent again under the same key, it is carried out once.";

    /// <summary>
    /// The id of an asking: with a key the same one each time, as long as client, command and what it is about are the same too.
    /// </summary>
    /// <param name="verb">The command.</param>
    /// <param name="about">The job or run.</param>
    /// <param name="key">The request's idempotency key; null: this asking is like no other.</param>
    /// <param name="context">Whose request.</param>
    public static CommandId Of(string verb, string about, string? key, HttpContext context) =>
        key is null
            ? CommandId.New()
            : new CommandId(
                Convert.ToHexStringLower(
                    SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Caller.Of(context).Value, verb, about, key)))
                )
            );
}
