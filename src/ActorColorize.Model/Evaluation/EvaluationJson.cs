using System.Text.Json;
using System.Text.Json.Nodes;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Evaluation;

/// <summary>An evaluation as JSON, for programs.</summary>
public static class EvaluationJson
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>
    /// One object. At the top the model's measures (<c>auc auc_rebalanced psnr ciede2000 colorfulness colorfulness_gap
    /// colorfulness_difference</c>), <c>pictures</c>, <c>colorfulness_truth</c> and <c>scene_accuracy</c>,
    /// <c>scene_accuracy_top5</c> (0..1, null without scene head or
    /// labels); the same measures under <c>baselines.grey</c>, <c>baselines.random</c> and <c>baselines.mean_color</c>. <c>by_category</c>
    /// is a list; <c>compared_with</c> and <c>difference</c> (model minus the other) are there with a second model, <c>frontier</c> where
    /// it was measured.
    /// </summary>
    /// <param name="report">The measures.</param>
    /// <param name="categories">Names of the categories by label.</param>
    /// <param name="frontier">Other decodings of the model's output; may be empty.</param>
    public static JsonObject Of(EvaluationReport report, IReadOnlyList<string> categories, IReadOnlyList<FrontierPoint> frontier)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(frontier);
        var root = Node(report.Model.Measures);
        root.Insert(0, "pictures", report.Pictures);
        root["colorfulness_truth"] = report.Truth.Colorfulness;
        AddScenes(root, report.Model.Scenes);
        AddHues(root, report.Model.Hues);
        root["baselines"] = new JsonObject
        {
            ["grey"] = Node(report.Grey.Measures),
            ["random"] = report.Random is { } random ? Node(random.Measures) : null,
            ["mean_color"] = Node(report.Mean.Measures),
        };
        root["mean_color"] = new JsonObject { ["a"] = report.MeanColor.A, ["b"] = report.MeanColor.B };
        if (report.Other is { } other)
        {
            root["compared_with"] = Node(other.Measures);
            AddScenes(root["compared_with"]!.AsObject(), other.Scenes);
            AddHues(root["compared_with"]!.AsObject(), other.Hues);
            root["difference"] = Node(report.Model.Measures.Minus(other.Measures));
        }

        root["by_category"] = new JsonArray([.. report.ByCategory.Select(category => Node(category, categories))]);
        if (frontier.Count > 0)
            root["frontier"] = new JsonArray([.. frontier.Select(Node)]);
        return root;
    }

    private static JsonObject Node(CategoryFigures category, IReadOnlyList<string> categories)
    {
        var node = Node(category.Model);
        node.Insert(0, "category", category.Label < categories.Count ? categories[category.Label] : null);
        node.Insert(1, "label", category.Label);
        node.Insert(2, "pictures", category.Pictures);
        node["colorfulness_truth"] = category.TrueColorfulness;
        AddScenes(node, category.Scenes[0]);
        node["baselines"] = new JsonObject { ["grey"] = Node(category.Grey) };
        if (category.Models.Count == 1)
            return node;
        node["compared_with"] = Node(category.Models[1]);
        AddScenes(node["compared_with"]!.AsObject(), category.Scenes[1]);
        return node;
    }

    private static void AddHues(JsonObject node, HueErrors hues)
    {
        node["hue_error"] = hues.All;
        node["hue_error_skin"] = hues.Skin;
        node["skin_share"] = hues.SkinShare;
    }

    private static JsonNode Node(FrontierPoint point)
    {
        var node = JsonSerializer.SerializeToNode(point, SnakeCase)!;
        node["estimator"] = ModelDefaults.NameOf(point.Estimator);
        return node;
    }

    private static void AddScenes(JsonObject node, SceneScore? scenes)
    {
        node["scene_accuracy"] = scenes?.Accuracy;
        node["scene_accuracy_top5"] = scenes?.TopAccuracy;
        node["scene_pictures"] = scenes?.Labelled ?? 0;
    }

    private static JsonObject Node(MeasureSet measures) => JsonSerializer.SerializeToNode(measures)!.AsObject();
}
