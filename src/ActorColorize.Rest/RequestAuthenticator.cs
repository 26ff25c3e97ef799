using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ActorColorize.Gateway;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ActorColorize.Rest;

/// <summary>
/// Who may come in. A request must have been sent to a name of this server (a page that has its own name point here has not), not by a page
/// of another site (a browser would show the client's
/// certificate for it), and by a client that shows who it is. No cross-origin headers are ever answered.
/// </summary>
internal sealed class RequestAuthenticator(RestSettings settings, ILogger<RequestAuthenticator> log)
{
    private const string Scheme = "Bearer ";
    private const long WarnEvery = 60_000; // milliseconds

    private readonly IReadOnlySet<string> _hosts = settings.Hosts;
    private long _warnedAt = -WarnEvery;
    private readonly byte[]? _tokenHash = settings.Identity is RestIdentity.ByToken(var token, _)
        ? SHA256.HashData(Encoding.UTF8.GetBytes(token))
        : null;

    /// <summary>The step before every endpoint.</summary>
    public Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static response =>
            {
                var headers = ((HttpResponse)response).Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.CacheControl = "no-store";
                return Task.CompletedTask;
            },
            context.Response
        );
        if (Objection(context) is not { } objection)
            return next(context);
        Tell(context, objection);
        return ProblemAnswers.WriteAsync(context, objection);
    }

    /// <summary>One warning a minute is for eyes; who knocks on and on does not fill the terminal.</summary>
    private void Tell(HttpContext context, RestProblem objection)
    {
        var now = Environment.TickCount64;
        var before = Interlocked.Read(ref _warnedAt);
        var isQuiet = now - before >= WarnEvery && Interlocked.CompareExchange(ref _warnedAt, now, before) == before;
        log.Log(
            isQuiet ? LogLevel.Warning : LogLevel.Debug,
            "{Remote}: {Method} {Path} is refused: {Reason}",
            context.Connection.RemoteIpAddress,
            context.Request.Method,
            context.Request.Path,
            objection.Message
        );
    }

    private RestProblem? Objection(HttpContext context)
    {
        var request = context.Request;
        if (!_hosts.Contains(request.Host.Host))
            return new RestProblem(
                StatusCodes.Status421MisdirectedRequest,
                "wrong-host",
                $"this daemon is not '{request.Host.Host}'; it is reached as {settings.PublicHost}"
            );
        if (IsOfAnotherSite(request))
            return new RestProblem(StatusCodes.Status403Forbidden, "other-site", "pages of other sites may not send requests here");
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
            return null;
        if (ClientOf(context) is not { } client)
            return new RestProblem(
                StatusCodes.Status401Unauthorized,
                "not-authentic",
                "send the daemon's token as 'Authorization: Bearer TOKEN'; it is in rest.json in the daemon's data folder"
            );
        context.Features.Set(new Caller(client));
        return null;
    }

    private static bool IsOfAnotherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is [not ("none" or "same-origin"), ..]
        || (
            request.Headers.Origin is [{ } origin, ..]
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
        );

    private ClientId? ClientOf(HttpContext context)
    {
        if (settings.Identity is RestIdentity.ByToken owner)
        {
            return
                context.Request.Headers.Authorization is [{ } said]
                && said.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                && CryptographicOperations.FixedTimeEquals(
                    SHA256.HashData(Encoding.UTF8.GetBytes(said[Scheme.Length..].Trim())),
                    _tokenHash
                )
                ? owner.Owner
                : null;
        }

        // The handshake has accepted it; nobody comes this far without one.
        return
            context.Connection.ClientCertificate is { } certificate
            && ClientName.Of(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)) is { Value.Length: > 0 } named
            ? named
            : null;
    }
}

/// <summary>Who sent a request.</summary>
/// <param name="Client">The client.</param>
internal sealed record Caller(ClientId Client)
{
    /// <summary>Of a request that was admitted.</summary>
    public static ClientId Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>().Client;
}

/// <summary>Marks an endpoint that needs no client: it tells nothing but that the daemon is there.</summary>
internal sealed class OpenToAll;
