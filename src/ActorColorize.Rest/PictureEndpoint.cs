using System.ComponentModel;
using ActorColorize.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace ActorColorize.Rest;

/// <summary>Colours a single picture per request.</summary>
internal static class PictureEndpoint
{
    private const string DistributionType = "application/octet-stream";

    /// <summary>Maps the endpoint in a group.</summary>
    public static void MapPictures(this RouteGroupBuilder v1)
    {
        v1.MapGet("/colorize/distributions/{name}", Distribution)
            .WithTags("pictures")
            .WithName("ShowDistribution")
            .WithSummary("The network's distributions over the colours of a picture that was just coloured")
            .WithDescription(
                "A safetensors file of at most 8 MiB, from which the colours can be read with other temperatures and rebalances. It is "
                    + "kept for 10 minutes, and less where newer ones need the room."
            )
            .Produces<Stream>(StatusCodes.Status200OK, DistributionType)
            .Produces(StatusCodes.Status304NotModified)
            .RefusesWith(StatusCodes.Status404NotFound);
        v1.MapPost("/colorize", ColorizeAsync)
            .WithTags("pictures")
            .WithName("Colorize")
            .WithSummary("Colour one picture")
            .WithDescription(
                "The picture is the body; the answer is the coloured picture, of the same kind and size. It takes precedence over "
                    + "archive jobs of the same client."
            )
            .WithMetadata(new AcceptedPictures())
            .Produces<Stream>(StatusCodes.Status200OK, PictureMedia.ContentTypes[0], [.. PictureMedia.ContentTypes.Skip(1).SkipLast(1)])
            .RefusesWith(
                StatusCodes.Status400BadRequest,
                StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status422UnprocessableEntity,
                StatusCodes.Status507InsufficientStorage
            );
    }

    /// <summary>Where a kept distribution is.</summary>
    public static string DistributionPath(string name) => $"/v1/colorize/distributions/{name}";

    private static IResult Distribution(string name, HttpContext context, KeptDistributions distributions)
    {
        var kept = distributions.Find(Caller.Of(context), name)
            ?? throw new RestProblem(
                StatusCodes.Status404NotFound,
                "unknown-path",
                "these distributions are not kept any more; colour the picture again"
            );
        return TaggedAnswers.HasClient(context, kept.Tag) ? TaggedAnswers.NotModified() : TypedResults.Bytes(kept.Bytes, DistributionType);
    }

    private static Task ColorizeAsync(
        HttpContext context,
        PictureRequests pictures,
        [
            FromQuery(Name = "model"),
            Description(
                "Name of a model of this daemon; or model file, checkpoint folder or run folder on its machine; absent: the model that "
                    + "comes with the daemon."
            )
        ]
            string? model,
        [FromQuery(Name = "temperature"), Description("0 selects the most probable colour, 1 the mean; absent: as the model recommends.")]
            double? temperature,
        [
            FromQuery(Name = "rebalance"),
            Description("Weight of rare colours: 0 equal for all, 1 by frequency; absent: as the model recommends.")
        ]
            double? rebalance,
        [FromQuery(Name = "saturation"), Description("Factor on the chroma, 0 to 4; absent: as the model recommends.")] double? saturation,
        [FromQuery(Name = "strength"), Description("Share of the new colour, 0 to 1.")] double strength = 1,
        [FromQuery(Name = "flip_average"), Description("Average the predictions for a picture and its mirror " + "image.")]
            bool flipAverage = false,
        [FromQuery(Name = "recolor"), Description("Colour a picture even if it is already in colour.")] bool recolor = false,
        [FromQuery(Name = "toned"), Description("Monochrome pictures with a tint: colorize, skip or list.")]
            PicturePolicy toned = PicturePolicy.Colorize,
        [FromQuery(Name = "doubtful"), Description("Pictures that may be in colour or toned: colorize, skip or list.")]
            PicturePolicy doubtful = PicturePolicy.List,
        [FromQuery(Name = "salvage"), Description("Colour what can be read of a damaged picture.")] bool salvage = false,
        [FromQuery(Name = "all_frames"), Description("Colour each frame of an animation (GIF, WebP) instead of the first one.")]
            bool allFrames = false,
        [FromQuery(Name = "quality"), Description("Quality of JPEG and WebP, 1 to 100; absent: as fine as the original.")]
            int? quality = null,
        [
            FromQuery(Name = "distribution"),
            Description(
                "Keep the network's distributions over the colours; the answer's Link header (rel=related) says where they are. There is "
                    + "none with flip_average, for models that are read by the median, and for pictures of several pages."
            )
        ]
            bool distribution = false
    ) =>
        pictures.ColourAsync(context, place => new JobRequest(
            place.Input,
            place.Output,
            model,
            temperature,
            rebalance,
            flipAverage,
            strength,
            saturation,
            recolor,
            Batch: 1,
            Toned: toned,
            Doubtful: doubtful,
            Salvage: salvage,
            Quality: quality,
            WithDistribution: distribution,
            AllFrames: allFrames
        ));

    /// <summary>Marks the endpoint whose body is a picture, for the OpenAPI document.</summary>
    internal sealed class AcceptedPictures;
}
