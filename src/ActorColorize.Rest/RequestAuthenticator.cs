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
/// Authenticates requests. A request must name this server as its host (which prevents DNS rebinding), must not come from a page of another
/// site (for which a browser would present the client's certificate), and must authenticate its client. Cross-origin headers are never
/// sent.
/// </summary>
internal sealed class RequestAuthenticator(RestSettings settings, DashboardSignIn? signIn, ILogger<RequestAuthenticator> log)
{
    /// <summary>
    /// What a page of this server may do: load its own scripts, styles and pictures, and talk to this server; nothing else.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    private const string Scheme = "Bearer ";
    private const long WarnEvery = 60_000; // milliseconds

    private readonly IReadOnlySet<string> _hosts = settings.Hosts;
    private long _warnedAt = -WarnEvery;
    private readonly byte[]? _tokenHash = settings.Identity is RestIdentity.ByToken(var token, _)
        ? SHA256.HashData(Encoding.UTF8.GetBytes(token))
        : null;

    /// <summary>Middleware in front of every endpoint.</summary>
    public Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static response =>
            {
                var headers = ((HttpResponse)response).Headers;
                headers.XContentTypeOptions = "nosniff";
                headers.ContentSecurityPolicy = ContentSecurityPolicy;
                headers["Referrer-Policy"] = "no-referrer";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Resource-Policy"] = "same-origin";
                if (headers.CacheControl.Count == 0)
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

    /// <summary>At most one warning a minute, so that repeated attempts do not flood the terminal.</summary>
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
                $"'{request.Host.Host}' is not a host name of this daemon; use {settings.PublicHost}"
            );
        if (IsOfAnotherSite(request))
            return new RestProblem(StatusCodes.Status403Forbidden, "other-site", "pages of other sites may not send requests here");
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenToAll>() is not null)
            return null;
        if (ClientOf(context) is not { } client)
            return new RestProblem(
                StatusCodes.Status401Unauthorized,
                "not-authentic",
                "send the daemon's token as 'Authorization: Bearer TOKEN'; it is in rest.json in the daemon's data folder; "
                    + "a browser signs in with the link that 'actorcolorize dashboard' prints"
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
                && IsToken(said[Scheme.Length..].Trim())
                ? owner.Owner
                : null;
        }

        // The TLS handshake has already verified the certificate.
        return
            context.Connection.ClientCertificate is { } certificate
            && ClientName.Of(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)) is { Value.Length: > 0 } named
            ? named
            : null;
    }

    private bool IsToken(string token) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(token)), _tokenHash)
        || signIn?.Accepts(token) == true;
}

/// <summary>Who sent a request.</summary>
/// <param name="Client">The client.</param>
internal sealed record Caller(ClientId Client)
{
    /// <summary>The caller of an authenticated request.</summary>
    public static ClientId Of(HttpContext context) => context.Features.GetRequiredFeature<Caller>().Client;
}

/// <summary>
/// Marks an endpoint that needs no authentication: it reports the daemon's health, is a file of the dashboard, or is its sign-in.
/// </summary>
internal sealed class OpenToAll;
