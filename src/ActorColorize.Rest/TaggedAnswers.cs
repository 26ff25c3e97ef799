using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ActorColorize.Rest;

/// <summary>Answers that a client may keep, but asks about each time: with an ETag, and 304 without a body if the client has it.</summary>
internal static class TaggedAnswers
{
    /// <summary>Sets the tag, and says whether the client has this version already.</summary>
    public static bool HasClient(HttpContext context, string tag)
    {
        var quoted = new EntityTagHeaderValue($"\"{tag}\"");
        context.Response.Headers.ETag = quoted.ToString();
        context.Response.Headers.CacheControl = "private, no-cache"; // kept, but never used without asking
        return context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(quoted, useStrongComparison: false));
    }

    /// <summary>The tag that the client sent, without its quotes; null if it sent none.</summary>
    public static string? KnownTo(HttpContext context) =>
        context.Request.GetTypedHeaders().IfNoneMatch is [var known, ..] ? known.Tag.ToString().Trim('"') : null;

    /// <summary>304.</summary>
    public static IResult NotModified() => TypedResults.StatusCode(StatusCodes.Status304NotModified);
}
