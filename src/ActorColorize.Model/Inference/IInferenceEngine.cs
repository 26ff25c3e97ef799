using ActorColorize.Model.Networks;
using static TorchSharp.torch;

namespace ActorColorize.Model.Inference;

// Shapes: B pictures, H height, W width, h = H/4, w = W/4, Q bins, S scenes.

/// <summary>
/// Runs a trained network forward. What its distributions become (temperature, balance, mirror images, sizes) is decided afterwards, by
/// <see cref="Colorizer"/>, the same for every engine. One thread at a time; owns the network's memory until it is disposed.
/// </summary>
public interface IInferenceEngine : IDisposable
{
    /// <summary>Its name, as the <c>--engine</c> option has it.</summary>
    string Name { get; }

    /// <summary>Sizes of the network.</summary>
    NetworkShape Shape { get; }

    /// <summary>Scores of all colour bins, and of all scenes where the network has a scene head.</summary>
    /// <param name="lightness_B1HW">float32, L in 0..100, of any strides; sides are multiples of 8.</param>
    /// <returns>float32 [B, Q, h, w]; float32 [B, S], or null. Both belong to the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    (Tensor Logits_BQhw, Tensor? Scenes_BS) Run(Tensor lightness_B1HW);
}
