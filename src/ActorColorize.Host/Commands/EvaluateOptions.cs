using ActorColorize.Actors.Gpu;

namespace ActorColorize.Host.Commands;

/// <summary>What <c>evaluate</c> was asked to do.</summary>
internal sealed record EvaluateOptions
{
    /// <summary>Folder of pictures: MiniPlaces kit or plain folder.</summary>
    public required string Data { get; init; }

    /// <summary>Which pictures of it: <c>train</c>, <c>val</c>, <c>test</c> or <c>all</c>.</summary>
    public string Split { get; init; } = "val";

    /// <summary>A <c>.safetensors</c> file, checkpoint folder or run folder; null: see <see cref="DefaultModel"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Another model that is measured beside it; null: none.</summary>
    public string? CompareWith { get; init; }

    /// <summary>Of the annealed mean; null: the model's own.</summary>
    public double? Temperature { get; init; }

    /// <summary>How rare colours are weighed; null: the model's own.</summary>
    public double? Rebalance { get; init; }

    /// <summary>Average the answers for a picture and its mirror image.</summary>
    public bool FlipAverage { get; init; }

    /// <summary>Factor on the chroma; null: the model's own.</summary>
    public double? Saturation { get; init; }

    /// <summary>Entropy in nats up to which a distribution counts as sure; null: the model's own.</summary>
    public double? SureEntropy { get; init; }

    /// <summary>Lightness below which chroma falls towards black, and half as far from white; null: the model's own.</summary>
    public double? Taper { get; init; }

    /// <summary>Factor on the sides at which the network is asked once more; null: the model's own.</summary>
    public double? SecondScale { get; init; }

    /// <summary>Measure the model a second time on the same pictures as old photographs have them.</summary>
    public bool Aged { get; init; }

    /// <summary>Measure many temperatures and rebalancings, and draw them.</summary>
    public bool Frontier { get; init; }

    /// <summary>Folder for pages and pictures; null: none.</summary>
    public string? Report { get; init; }

    /// <summary>Pictures on the report's page of pictures at even distances; 0: no such page.</summary>
    public int Gallery { get; init; }

    /// <summary>By what the report's best and worst pictures are chosen.</summary>
    public RankingMeasure RankBy { get; init; } = RankingMeasure.AucOverGrey;

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Write one JSON object for programs instead of a table for people.</summary>
    public bool Json { get; init; }
}
