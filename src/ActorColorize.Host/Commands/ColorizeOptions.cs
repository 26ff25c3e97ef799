using ActorColorize.Host.Isolation;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>What <c>colorize</c> was asked to do.</summary>
internal sealed record ColorizeOptions
{
    /// <summary>A picture, or a folder of pictures that is walked with its sub-folders.</summary>
    public required string Input { get; init; }

    /// <summary>Folder that the results are written to: outside a folder of pictures, and not a single picture's own.</summary>
    public required string Out { get; init; }

    /// <summary>A <c>.safetensors</c> file, checkpoint folder or run folder; null: see <see cref="DefaultModel"/>.</summary>
    public string? Model { get; init; }

    /// <summary>How much of the predicted colour is mixed in, 0 (grey) to 1.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Factor on the predicted chroma, 0 to 4. Null: as the model recommends.</summary>
    public double? Saturation { get; init; }

    /// <summary>Decoding temperature: 0 takes the most probable colour, 1 the mean. Null: as the model recommends.</summary>
    public double? Temperature { get; init; }

    /// <summary>How rare colours are weighed, 0 all alike to 1 as they come. Null: as the model recommends.</summary>
    public double? Rebalance { get; init; }

    /// <summary>Average the answers for a picture and its mirror image.</summary>
    public bool FlipAverage { get; init; }

    /// <summary>Also take the luminance of pictures that already have colour, instead of skipping them.</summary>
    public bool Recolor { get; init; }

    /// <summary>Also write a before/after page.</summary>
    public bool Compare { get; init; }

    /// <summary>Pictures per forward pass; null: chosen for the device.</summary>
    public int? Batch { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>In which process the device is.</summary>
    public IsolationOptions Isolation { get; init; } = new();

    /// <summary>Write JSON lines for programs instead of text for people.</summary>
    public bool Json { get; init; }

    /// <summary>What of it makes a difference to the results.</summary>
    public JobRequest ToRequest() => new(Input, Out, Model, Temperature, Rebalance, FlipAverage, Strength, Saturation, Recolor, Batch);
}
