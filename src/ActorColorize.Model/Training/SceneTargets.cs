using TorchSharp;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

// Shapes: B pictures, S scene categories.

/// <summary>The scene labels of a batch, for the scene head's loss.</summary>
internal sealed class SceneTargets
{
    private const long Unlabelled = -1;

    private readonly long[] _labels_B;
    private readonly int _labelled;
    private readonly double _weight;

    private SceneTargets(long[] labels_B, int labelled, double weight)
    {
        _labels_B = labels_B;
        _labelled = labelled;
        _weight = weight;
    }

    /// <summary>Null if there is no scene head or no picture of the batch has a label.</summary>
    /// <exception cref="ArgumentException">The number of labels differs from the number of pictures, or a label is out of
    /// range.</exception>
    public static SceneTargets? For(ReadOnlySpan<int> labels_B, int batch, int scenes, double weight)
    {
        if (scenes == 0 || labels_B.IsEmpty)
            return null;
        if (labels_B.Length != batch)
            throw new ArgumentException($"{labels_B.Length} labels for {batch} pictures", nameof(labels_B));
        var labels = new long[batch];
        var labelled = 0;
        for (var i = 0; i < batch; i++)
        {
            if (labels_B[i] >= scenes)
                throw new ArgumentException($"label {labels_B[i]}: the network has {scenes} scenes", nameof(labels_B));
            labels[i] = Math.Max(Unlabelled, labels_B[i]);
            if (labels[i] >= 0)
                labelled++;
        }

        return labelled == 0 ? null : new SceneTargets(labels, labelled, weight);
    }

    /// <summary>
    /// The contribution of some pictures of the batch to the loss: weight × cross-entropy, as a mean over the labelled pictures of the
    /// whole batch.
    /// </summary>
    public Tensor Loss(Tensor scenes_BS, int first, int count)
    {
        using var scope = NewDisposeScope();
        var sum = nn.functional.cross_entropy(
            scenes_BS,
            Labels(scenes_BS, first, count),
            ignore_index: Unlabelled,
            reduction: nn.Reduction.Sum
        );
        using var share = (_weight / _labelled).ToScalar();
        return (sum * share).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// For some pictures of the batch, the number that are labelled and the number whose most probable scene is the label.
    /// </summary>
    public (long Labelled, long Right) Recognised(Tensor scenes_BS, int first, int count)
    {
        using var scope = NewDisposeScope();
        var right = scenes_BS.argmax(1).eq(Labels(scenes_BS, first, count)).sum().item<long>();
        return (_labels_B.AsSpan(first, count).ToArray().LongCount(static label => label >= 0), right);
    }

    private Tensor Labels(Tensor scenes_BS, int first, int count) =>
        tensor(_labels_B.AsSpan(first, count).ToArray(), device: scenes_BS.device);
}
