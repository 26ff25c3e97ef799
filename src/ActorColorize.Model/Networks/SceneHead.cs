using TorchSharp.Modules;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

// Shapes: B pictures, C channels of the deepest features, S scene categories, h and w an eighth of the pictures' sides.

/// <summary>
/// Classifies the scene from the deepest features and adds the result to every position: the mean of the features is mapped through one
/// hidden layer to the scene's scores and to a hint of C values, which is added to the features at every position. The hint is initialized
/// to zero, so a new network's output is the same with and without head. After Iizuka, Simo-Serra and Ishikawa, <i>Let there be Color!</i>
/// (2016), which adds global features and a scene classifier to a colorizer.
/// </summary>
internal sealed class SceneHead(SceneHead.Weights weights)
{
    /// <summary>Its first dimension is the number of scenes.</summary>
    public const string ScoreWeight = $"{ScoreName}.weight";

    /// <summary>Layer from the mean of the features to the hidden units.</summary>
    public const string HiddenName = "scene_head.hidden";

    /// <summary>Layer from the hidden units to the scenes' scores.</summary>
    public const string ScoreName = "scene_head.score";

    /// <summary>Layer from the hidden units to the values added to the features.</summary>
    public const string HintName = "scene_head.hint";

    /// <summary>Parameters that do not affect colours.</summary>
    public static IReadOnlyList<string> ScoreNames { get; } = [ScoreWeight, $"{ScoreName}.bias"];

    /// <summary>Names and shapes of the parameters.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Slots(int channels, int scenes) =>
        [
            ($"{HiddenName}.weight", [channels, channels]),
            ($"{HiddenName}.bias", [channels]),
            ($"{ScoreName}.weight", [scenes, channels]),
            ($"{ScoreName}.bias", [scenes]),
            ($"{HintName}.weight", [channels, channels]),
            ($"{HintName}.bias", [channels]),
        ];

    /// <summary>Takes the parameters by name.</summary>
    public static SceneHead From(Func<string, Parameter> parameter) =>
        new(
            new Weights(
                parameter($"{HiddenName}.weight"),
                parameter($"{HiddenName}.bias"),
                parameter($"{ScoreName}.weight"),
                parameter($"{ScoreName}.bias"),
                parameter($"{HintName}.weight"),
                parameter($"{HintName}.bias")
            )
        );

    /// <summary>Gain of a weight's initialization, see <see cref="HeInitialization"/>; 0 leaves it zero.</summary>
    public static double StartingGain(string name) =>
        name switch
        {
            $"{HiddenName}.weight" => HeInitialization.ReluGain,
            $"{ScoreName}.weight" => 0.01,
            _ => 0,
        };

    /// <summary>Scores of the scenes, and the features with the hint.</summary>
    /// <param name="features_BChw">Single or half precision.</param>
    /// <returns>float32 [B, S]; the features in their own precision.</returns>
    public (Tensor Scenes_BS, Tensor Features_BChw) Forward(Tensor features_BChw)
    {
        using var scope = NewDisposeScope();
        var mean_BC = features_BChw.to(ScalarType.Float32).mean([2, 3]);
        var hidden_BC = nn.functional.linear(mean_BC, weights.Hidden, weights.HiddenBias).relu();
        var scenes_BS = nn.functional.linear(hidden_BC, weights.Score, weights.ScoreBias);
        var hint_BC11 = nn.functional.linear(hidden_BC, weights.Hint, weights.HintBias).unsqueeze(-1).unsqueeze(-1).to(features_BChw.dtype);
        return (scenes_BS.MoveToOuterDisposeScope(), features_BChw.Plus(hint_BC11).MoveToOuterDisposeScope());
    }

    internal sealed record Weights(
        Parameter Hidden,
        Parameter HiddenBias,
        Parameter Score,
        Parameter ScoreBias,
        Parameter Hint,
        Parameter HintBias
    );
}
