namespace ActorColorize.Model.Evaluation;

/// <summary>What a model says about a batch of pictures.</summary>
/// <param name="Ab_B2hw">Its colours, CIELAB units, [B, 2, h, w].</param>
/// <param name="Scene_B">The scene that it takes each picture for; null where it has no scene head, or one for other categories.</param>
public sealed record ModelAnswer(float[] Ab_B2hw, int[]? Scene_B = null);
