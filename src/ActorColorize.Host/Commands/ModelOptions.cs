using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Interchange;

namespace ActorColorize.Host.Commands;

/// <summary>What <c>model import</c> was asked to do.</summary>
internal sealed record ModelImportOptions
{
    /// <summary>A .pth or .safetensors file.</summary>
    public required string File { get; init; }

    /// <summary>The .safetensors file to write.</summary>
    public required string To { get; init; }

    /// <summary>Replace a file that is there.</summary>
    public bool Force { get; init; }

    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}

/// <summary>What <c>model export</c> was asked to do.</summary>
internal sealed record ModelExportOptions
{
    /// <summary>A model file, checkpoint folder or run folder.</summary>
    public required string Model { get; init; }

    /// <summary>Format of the file.</summary>
    public required ModelFormat Format { get; init; }

    /// <summary>The file to write; null: named after the model, in the working folder.</summary>
    public string? Out { get; init; }

    /// <summary>Temperature at which the exported model is to be used; null: the model's own.</summary>
    public double? Temperature { get; init; }

    /// <summary>How rare colours are to be weighed; null: the model's own.</summary>
    public double? Rebalance { get; init; }

    /// <summary>Factor on the chroma at which it is to be used; null: the model's own.</summary>
    public double? Saturation { get; init; }

    /// <summary>Entropy up to which it counts as sure; null: the model's own.</summary>
    public double? SureEntropy { get; init; }

    /// <summary>Lightness below which its chroma falls; null: the model's own.</summary>
    public double? Taper { get; init; }

    /// <summary>Factor on the size at which it is asked once more; null: the model's own.</summary>
    public double? SecondScale { get; init; }

    /// <summary>Type of the weights in a safetensors file.</summary>
    public TensorType Type { get; init; } = TensorType.Float32;

    /// <summary>Replace a file that is there.</summary>
    public bool Force { get; init; }

    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}

/// <summary>What <c>model info</c> and <c>model verify</c> were asked to look at.</summary>
internal sealed record ModelLookOptions
{
    /// <summary>A model file, checkpoint folder or run folder.</summary>
    public required string Model { get; init; }

    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}
