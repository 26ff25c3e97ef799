using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace ActorColorize.Rest;

/// <summary>
/// Turns errors into problem details (RFC 9457): our own refusals, those of the web server, status codes without a body, and faults, whose
/// stack traces are only logged.
/// </summary>
internal sealed class ProblemAnswers(ILogger<ProblemAnswers> log)
{
    private const string ContentType = "application/problem+json";

    /// <summary>The outermost middleware.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400)
                await WriteAsync(context, Of(context.Response.StatusCode, context));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            log.LogDebug("{Method} {Path}: the client disconnected", context.Request.Method, context.Request.Path);
        }
        catch (Exception failed) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, Of(failed, context));
        }
    }

    /// <summary>Writes a problem as the whole answer.</summary>
    public static Task WriteAsync(HttpContext context, RestProblem problem)
    {
        var response = context.Response;
        response.Clear();
        response.StatusCode = problem.Status;
        if (problem.AskAgainAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString();
        if (problem.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";
        var details = new ProblemDetails
        {
            Type = $"urn:actorcolorize:problem:{problem.Kind}",
            Title = char.ToUpperInvariant(problem.Kind[0]) + problem.Kind[1..].Replace('-', ' '),
            Status = problem.Status,
            Detail = problem.Message,
        };
        if (problem.Job is { } job)
            details.Extensions["job"] = job.Value;
        return response.WriteAsJsonAsync(details, RestJson.Options, ContentType, context.RequestAborted);
    }

    private RestProblem Of(Exception failed, HttpContext context)
    {
        switch (failed)
        {
            case RestProblem problem:
                return problem;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return TooLarge(context);
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest, InnerException: JsonException json }:
                return RestProblem.BadRequest($"the body is invalid at {json.Path ?? "$"}: see /openapi/v1.json");
            case BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType }:
                return NotJson();
            // A character set that does not exist: the framework has no exception of its own for it.
            case InvalidOperationException
                when context.Request.HasJsonContentType()
                    && MediaTypeHeaderValue.Parse(context.Request.ContentType) is { Encoding: null, Charset.Length: > 0 }:
                return NotJson();
            case BadHttpRequestException bad:
                return new RestProblem(
                    bad.StatusCode,
                    bad.StatusCode == StatusCodes.Status408RequestTimeout ? "too-slow" : "bad-request",
                    bad.Message
                );
            default:
                log.LogError(failed, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
                return new RestProblem(
                    StatusCodes.Status500InternalServerError,
                    "fault",
                    "internal error of the daemon; its log has " + "the details"
                );
        }
    }

    private static RestProblem TooLarge(HttpContext context) =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            "too-large",
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } most
                ? $"the body has more than {most:N0} bytes, which is the limit"
                : "the body is too large"
        );

    private static RestProblem Of(int status, HttpContext context) =>
        status switch
        {
            StatusCodes.Status404NotFound => new(status, "unknown-path", $"{context.Request.Path} does not exist; see /openapi/v1.json"),
            StatusCodes.Status405MethodNotAllowed => new(
                status,
                "method-not-allowed",
                $"{context.Request.Path} does not take {context.Request.Method}"
            ),
            StatusCodes.Status413PayloadTooLarge => TooLarge(context),
            StatusCodes.Status415UnsupportedMediaType => NotJson(),
            _ => new(status, "refused", $"{context.Request.Method} {context.Request.Path} is refused"),
        };

    private static RestProblem NotJson() =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "the body must be JSON (Content-Type: application/json)");
}
