namespace ActorColorize.Model.Evaluation;

/// <summary>A model's prediction for a batch of pictures.</summary>
/// <param name="Ab_B2hw">Its colours, CIELAB units, [B, 2, h, w].</param>
/// <param name="Scene_B">The predicted scene of each picture; null without a scene head for the dataset's categories.</param>
public sealed record ModelAnswer(float[] Ab_B2hw, int[]? Scene_B = null);
