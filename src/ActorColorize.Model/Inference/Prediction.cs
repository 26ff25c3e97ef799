namespace ActorColorize.Model.Inference;

/// <summary>A network's prediction for a batch of pictures.</summary>
/// <param name="Ab_DB2hw">For each decoding the chroma, [B, 2, height/4, width/4], a then b, in CIELAB units.</param>
/// <param name="Scene_B">The most probable scene of each picture; null without scene head.</param>
public sealed record Prediction(IReadOnlyList<float[]> Ab_DB2hw, int[]? Scene_B);
