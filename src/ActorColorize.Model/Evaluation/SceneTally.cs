namespace ActorColorize.Model.Evaluation;

/// <summary>Counts the scenes that a model recognised, in total and by category.</summary>
internal sealed class SceneTally
{
    private readonly Dictionary<int, (long Labelled, long Right)> _byCategory = [];

    /// <summary>Over all labelled pictures; null if there were none, or the model has no scene head.</summary>
    public SceneScore? Score =>
        _byCategory.Count == 0
            ? null
            : new SceneScore(_byCategory.Values.Sum(static count => count.Labelled), _byCategory.Values.Sum(static count => count.Right));

    /// <summary>Of one category.</summary>
    public SceneScore? ScoreOf(int label) =>
        _byCategory.TryGetValue(label, out var count) ? new SceneScore(count.Labelled, count.Right) : null;

    /// <summary>Adds a batch.</summary>
    /// <param name="labels_B">The true categories, −1 where a picture has none.</param>
    /// <param name="scenes_B">The predicted scenes.</param>
    public void Add(ReadOnlySpan<int> labels_B, ReadOnlySpan<int> scenes_B)
    {
        for (var i = 0; i < labels_B.Length; i++)
        {
            if (labels_B[i] < 0)
                continue;
            _byCategory.TryGetValue(labels_B[i], out var count);
            _byCategory[labels_B[i]] = (count.Labelled + 1, count.Right + (scenes_B[i] == labels_B[i] ? 1 : 0));
        }
    }
}
