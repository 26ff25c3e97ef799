namespace ActorColorize.Model.Evaluation;

/// <summary>A model's prediction for a batch of pictures.</summary>
/// <param name="Ab_B2hw">Its colours, CIELAB units, [B, 2, h, w].</param>
/// <param name="Scenes_B">The most probable scenes of each picture, the most probable first; null without a scene head for the dataset's
/// categories.</param>
public sealed record ModelAnswer(float[] Ab_B2hw, IReadOnlyList<int[]>? Scenes_B = null);
