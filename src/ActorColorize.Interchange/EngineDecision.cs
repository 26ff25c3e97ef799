using ActorColorize.Model.Inference;

namespace ActorColorize.Interchange;

/// <summary>The engine that runs a network on this machine, and why.</summary>
/// <param name="Engine">LibTorch or ONNX Runtime.</param>
/// <param name="Reason">One clause for the user.</param>
/// <param name="Problem">Why the other engine cannot be used although it might be faster, in one line; null if there is no problem.</param>
public sealed record EngineDecision(EngineChoice Engine, string Reason, string? Problem = null)
{
    /// <summary>Speed of ONNX Runtime relative to LibTorch; null if it was not measured.</summary>
    public double? Ratio { get; init; }

    /// <summary>Largest difference between their colours, in CIELAB units; null if it was not measured.</summary>
    public double? Difference { get; init; }
}
