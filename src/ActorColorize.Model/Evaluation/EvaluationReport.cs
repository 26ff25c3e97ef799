using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorColorize.Model.Evaluation;

/// <summary>What a model is worth on a set of pictures, beside what costs nothing.</summary>
/// <param name="Pictures">How many pictures.</param>
/// <param name="Model">The model's colours.</param>
/// <param name="Grey">No colour at all: ab = 0.</param>
/// <param name="Random">The colours of another picture of the set; null for a single picture, which has no other.</param>
/// <param name="Truth">The true colours: the figures of a perfect model.</param>
public sealed record EvaluationReport(int Pictures, MeasureSet Model, MeasureSet Grey, MeasureSet? Random, MeasureSet Truth)
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>
    /// One JSON object: the model's measures at the top (<c>auc auc_rebalanced psnr ciede2000 colorfulness colorfulness_gap</c>), <c>pictures</c>,
    /// <c>colorfulness_truth</c>, and the same measures under <c>baselines.grey</c> and <c>baselines.random</c>.
    /// </summary>
    /// <param name="indented">On several lines.</param>
    /// <param name="frontier">Other ways of reading the model's answer, for <c>frontier</c>; left out where there are none.</param>
    public string ToJson(bool indented = true, IReadOnlyList<FrontierPoint>? frontier = null)
    {
        var root = Node(Model);
        root.Insert(0, "pictures", Pictures);
        root["colorfulness_truth"] = Truth.Colorfulness;
        root["baselines"] = new JsonObject { ["grey"] = Node(Grey), ["random"] = Random is null ? null : Node(Random) };
        if (frontier is { Count: > 0 }) root["frontier"] = JsonSerializer.SerializeToNode(frontier, SnakeCase);
        return root.ToJsonString(indented ? Indented : null);
    }

    private static JsonObject Node(MeasureSet measures) => JsonSerializer.SerializeToNode(measures)!.AsObject();
}
