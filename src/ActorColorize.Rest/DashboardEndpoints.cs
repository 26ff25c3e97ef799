using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>The dashboard's files, and its sign-in.</summary>
internal static class DashboardEndpoints
{
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps the files. They hold nothing secret, so they need no authentication; host and origin are checked as everywhere.
    /// </summary>
    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes
            .MapMethods("/", Read, (HttpContext context, DashboardFiles files) => Answer(context, files.Index))
            .WithMetadata(new OpenToAll())
            .ExcludeFromDescription();
        routes
            .MapMethods("/dashboard/{file}", Read, (string file, HttpContext context, DashboardFiles files) =>
                files.Find(file) is { } found ? Answer(context, found) : TypedResults.NotFound()
            )
            .WithMetadata(new OpenToAll())
            .ExcludeFromDescription();
    }

    /// <summary>Maps the sign-in.</summary>
    public static void MapSignIn(this RouteGroupBuilder v1)
    {
        v1.MapPost("/sign-in", Trade)
            .WithTags("dashboard")
            .WithName("SignIn")
            .WithSummary("Trade the one-use code of a dashboard link for a token")
            .WithMetadata(new OpenToAll())
            .RefusesWith(StatusCodes.Status400BadRequest, StatusCodes.Status415UnsupportedMediaType);
        v1.MapPost("/sign-in/codes", (RestServer.DashboardLinks links) => TypedResults.Ok(links.New()))
            .WithTags("dashboard")
            .WithName("NewSignInCode")
            .WithSummary("A link to the dashboard with a new one-use code");
    }

    private static Ok<SignedIn> Trade(SignInRequest request, DashboardSignIn signIn) =>
        signIn.Trade(request.Code) is var (token, expiresAt)
            ? TypedResults.Ok(new SignedIn(token, expiresAt))
            : throw new RestProblem(
                StatusCodes.Status401Unauthorized,
                "not-authentic",
                "this link was used before or is too old: 'actorcolorize dashboard' prints a new one"
            );

    private static IResult Answer(HttpContext context, DashboardFile file) =>
        TaggedAnswers.HasClient(context, file.Tag) ? TaggedAnswers.NotModified() : TypedResults.Bytes(file.Content, file.ContentType);
}

/// <summary>The code of a dashboard link.</summary>
internal sealed record SignInRequest(string Code);

/// <summary>The page is signed in.</summary>
internal sealed record SignedIn([property: Description("For 'Authorization: Bearer TOKEN'.")] string Token, DateTimeOffset ExpiresAt);

/// <summary>A link to the dashboard.</summary>
/// <param name="Url">Address with a one-use code in the fragment, which browsers do not send.</param>
/// <param name="ExpiresAt">When the code stops working.</param>
public sealed record DashboardLink(string Url, DateTimeOffset ExpiresAt);
