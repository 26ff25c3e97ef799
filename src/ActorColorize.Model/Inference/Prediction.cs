namespace ActorColorize.Model.Inference;

/// <summary>A network's prediction for a batch of pictures.</summary>
/// <param name="Ab_DB2hw">For each decoding the chroma, [B, 2, height/4, width/4], a then b, in CIELAB units.</param>
/// <param name="Scenes_B">The <see cref="TopScenes"/> most probable scenes of each picture, the most probable first; null without scene
/// head.</param>
public sealed record Prediction(IReadOnlyList<float[]> Ab_DB2hw, IReadOnlyList<int[]>? Scenes_B)
{
    /// <summary>Scenes of each picture, where the network has as many.</summary>
    public const int TopScenes = 5;
}
