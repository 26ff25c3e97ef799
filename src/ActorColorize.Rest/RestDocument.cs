using ActorColorize.Gateway;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ActorColorize.Rest;

/// <summary>Adds to the OpenAPI document what the endpoints do not describe themselves.</summary>
internal static class RestDocument
{
    private const string Token = "token";

    /// <summary>Completes the document.</summary>
    public static void Complete(OpenApiOptions options, DaemonFacts daemon, RestIdentity identity)
    {
        options.AddDocumentTransformer(
            (document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "ActorColorize",
                    Version = "v1",
                    Description =
                        $"{daemon.Program}. Problems are RFC 9457 problem details, whose type ends in a machine-readable word. "
                        + (
                            identity is RestIdentity.ByToken
                                ? "Clients send the token of the daemon's data folder."
                                : "Clients authenticate with a TLS certificate issued by the daemon's authority."
                        ),
                };
                if (identity is RestIdentity.ByToken)
                {
                    document.Components ??= new OpenApiComponents();
                    document.AddComponent(
                        Token,
                        new OpenApiSecurityScheme
                        {
                            Type = SecuritySchemeType.Http,
                            Scheme = "bearer",
                            Description = "The token in rest.json in the daemon's data folder; it changes at each start.",
                        } as IOpenApiSecurityScheme
                    );
                }

                return Task.CompletedTask;
            }
        );
        options.AddOperationTransformer(
            (operation, context, _) =>
            {
                var metadata = context.Description.ActionDescriptor.EndpointMetadata;
                if (identity is RestIdentity.ByToken && !metadata.OfType<OpenToAll>().Any())
                    operation.Security =
                    [
                        new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] },
                    ];
                if (metadata.OfType<PictureEndpoint.AcceptedPictures>().Any())
                {
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Description = "The picture.",
                        Content = PictureMedia.ContentTypes.ToDictionary(
                            type => type,
                            _ => new OpenApiMediaType
                            {
                                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                            }
                        ),
                    };
                }

                return Task.CompletedTask;
            }
        );
    }
}
