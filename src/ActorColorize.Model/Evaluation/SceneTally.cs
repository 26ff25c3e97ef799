namespace ActorColorize.Model.Evaluation;

/// <summary>Counts the scenes that a model recognised, in total and by category.</summary>
internal sealed class SceneTally
{
    private readonly Dictionary<int, SceneScore> _byCategory = [];

    /// <summary>Over all labelled pictures; null if there were none, or the model has no scene head.</summary>
    public SceneScore? Score => _byCategory.Count == 0 ? null : _byCategory.Values.Aggregate(static (x, y) => x.Plus(y));

    /// <summary>Of one category.</summary>
    public SceneScore? ScoreOf(int label) => _byCategory.GetValueOrDefault(label);

    /// <summary>Adds a batch.</summary>
    /// <param name="labels_B">The true categories, −1 where a picture has none.</param>
    /// <param name="scenes_B">The most probable scenes of each picture, the most probable first.</param>
    public void Add(ReadOnlySpan<int> labels_B, IReadOnlyList<int[]> scenes_B)
    {
        for (var i = 0; i < labels_B.Length; i++)
        {
            var label = labels_B[i];
            if (label < 0)
                continue;
            var one = new SceneScore(1, scenes_B[i][0] == label ? 1 : 0, scenes_B[i].Contains(label) ? 1 : 0);
            _byCategory[label] = ScoreOf(label) is { } score ? score.Plus(one) : one;
        }
    }
}
