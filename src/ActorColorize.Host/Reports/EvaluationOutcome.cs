using System.Text.Json;
using System.Text.Json.Nodes;
using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Displays;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.Reports;

/// <summary>A finished evaluation and what is reported about it: on the screen, as JSON and on pages.</summary>
public sealed record EvaluationOutcome
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The data folder as given.</summary>
    public required string Data { get; init; }

    /// <summary>The pictures that were measured.</summary>
    public required PictureSet Pictures { get; init; }

    /// <summary>The models' names, in the order of their measures.</summary>
    public required IReadOnlyList<ModelName> Models { get; init; }

    /// <summary>Side of the square pictures that were measured, pixels.</summary>
    public required int Side { get; init; }

    /// <summary>Device and precision, in words.</summary>
    public required string Device { get; init; }

    /// <summary>The measures and the selected pictures.</summary>
    public required GpuEvents.Evaluated Evaluated { get; init; }

    /// <summary>The measure by which best and worst pictures were chosen.</summary>
    public RankingMeasure RankBy { get; init; }

    /// <summary>When it was done.</summary>
    public DateTimeOffset Made { get; init; }

    /// <summary>The measures.</summary>
    public EvaluationReport Report => Evaluated.Report;

    /// <summary>A category's name.</summary>
    public string Category(int label) =>
        label >= 0 && label < Pictures.Categories.Count ? PrintableName.Of(Pictures.Categories[label]) : "–";

    /// <summary>A picture's name: its path in the dataset.</summary>
    public string Picture(int position) => Pictures.RelativePath(Evaluated.Pictures.Items[position]);

    /// <summary>
    /// The number of pictures on which the model is closer to the truth than the compared model, by mean CIEDE2000; null without a compared
    /// model.
    /// </summary>
    public int? NearerThanOther()
    {
        if (Report.Other is null)
            return null;
        var (ours, others) = (Evaluated.Pictures.Models[0], Evaluated.Pictures.Models[1]);
        return ours.Zip(others).Count(static pair => pair.First.Ciede2000 < pair.Second.Ciede2000);
    }

    /// <summary>A warning if the rebalanced measures depend on few pictures; else null.</summary>
    public string? WarningOfFewPictures()
    {
        const int Few = 50; // of which half the weight lies in one
        var (decide, all) = (Evaluated.Pictures.PicturesWithHalfTheWeight(), Report.Pictures);
        return all >= Few && decide * Few <= all
            ? $"half the weight of the rebalanced AuC is in {Quantities.Count(decide, "picture")} of {Quantities.Count(all)}, with "
                + "colours that are rare in the training split: it says little about the other pictures"
            : null;
    }

    /// <summary>One JSON object: <see cref="EvaluationJson"/>, with what was measured and how.</summary>
    /// <param name="page">The report's first page, or null.</param>
    /// <param name="indented">On several lines.</param>
    public string ToJson(string? page, bool indented)
    {
        var root = EvaluationJson.Of(Report, Pictures.Categories, Evaluated.Frontier);
        root["over_grey"] = Margin(Evaluated.Pictures.OverGrey(0));
        root["data"] = Data;
        root["split"] = Pictures.Split;
        root["side"] = Side;
        root["device"] = Device;
        root["model"] = Models[0].ToJson();
        if (Models.Count > 1)
        {
            var other = root["compared_with"]!.AsObject();
            other["model"] = Models[1].ToJson();
            other["pictures_where_model_is_nearer"] = NearerThanOther();
            other["over_grey"] = Margin(Evaluated.Pictures.OverGrey(1));
            root["over_other"] = Margin(Evaluated.Pictures.OverOther());
        }

        root["pictures_with_half_the_rebalanced_weight"] = Evaluated.Pictures.PicturesWithHalfTheWeight();
        root["unreadable"] = new JsonArray([
            .. Evaluated.Unreadable.Select(static picture => new JsonObject { ["picture"] = picture.Path, ["reason"] = picture.Reason }),
        ]);
        if (page is not null)
            root["report"] = page;
        return root.ToJsonString(indented ? Indented : null);
    }

    private static JsonObject Margin((WeightedMean Auc, WeightedMean AucRebalanced) margin) =>
        new()
        {
            ["auc"] = margin.Auc.Value,
            ["auc_standard_error"] = margin.Auc.StandardError,
            ["auc_rebalanced"] = margin.AucRebalanced.Value,
            ["auc_rebalanced_standard_error"] = margin.AucRebalanced.StandardError,
        };
}

/// <summary>A model's name and decoding.</summary>
/// <param name="Name">The model as given, or how it was chosen.</param>
/// <param name="Network">Sizes of the network, in words.</param>
/// <param name="Reading">Decoding and saturation.</param>
public sealed record ModelName(string Name, string Network, EvaluatedModel Reading)
{
    /// <summary>The decoding in words: "temperature 0.38, colours weighed as trained".</summary>
    public string ReadingInWords()
    {
        var decoding = Reading.Decoding;
        var words =
            $"temperature {decoding.Temperature}, "
            + $"{(decoding.Rebalance is { } rebalance ? $"rebalance {rebalance}" : "colours weighed as trained")}";
        if (Reading.Saturation != 1)
            words += $", saturation {Reading.Saturation}";
        if (decoding.Estimator == ColorEstimator.GeometricMedian)
            words = $"geometric median, {words}";
        if (decoding.SureEntropy is { } sure)
            words += $", sure up to {sure} nats";
        if (decoding.Taper > 0)
            words += $", taper {decoding.Taper}";
        if (decoding.SecondScale is { } scale)
            words += $", averaged with {scale} times the size";
        if (decoding.FlipAverage)
            words += ", averaged with the mirror image";
        return Reading.IsAged ? $"{words}; on artificially aged pictures" : words;
    }

    /// <summary>For programs.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["name"] = Name,
            ["network"] = Network,
            ["estimator"] = ModelDefaults.NameOf(Reading.Decoding.Estimator),
            ["temperature"] = Reading.Decoding.Temperature,
            ["rebalance"] = Reading.Decoding.Rebalance,
            ["flip_average"] = Reading.Decoding.FlipAverage,
            ["saturation"] = Reading.Saturation,
            ["sure_entropy"] = Reading.Decoding.SureEntropy,
            ["taper"] = Reading.Decoding.Taper,
            ["second_scale"] = Reading.Decoding.SecondScale,
            ["aged"] = Reading.IsAged,
        };
}
