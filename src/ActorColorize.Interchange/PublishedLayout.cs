using System.Globalization;
using System.Text.RegularExpressions;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;

namespace ActorColorize.Interchange;

/// <summary>
/// The state dict of the published network (Zhang, Isola and Efros, ECCV 2016; class ECCVGenerator of its PyTorch release):
/// <c>model1.0.weight</c> … <c>model_out.weight</c>, 82 keys, or 75 without the batch counters. Networks of other widths, depths and
/// numbers of bins have the same names, so that their sizes can be derived from their tensors.
/// </summary>
public static partial class PublishedLayout
{
    /// <summary>The published network.</summary>
    public static NetworkShape Shape { get; } = NetworkShape.ForWidth(1, 313);

    private const int MostNamed = 8;
    private const string CounterSuffix = ".num_batches_tracked";

    /// <summary>Determines the network of the tensors from their names and shapes.</summary>
    /// <param name="tensors">A whole state.</param>
    /// <param name="source">Where they come from, for the message: a path.</param>
    /// <exception cref="CheckpointException">They do not form a colorization network of this layout; the message lists the differing
    /// keys.</exception>
    public static NetworkShape ShapeOf(IReadOnlyList<HostTensor> tensors, string source)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var published = Differences(Shape, tensors);
        if (published.Count == 0)
            return Shape;
        var own = Guess(tensors);
        var differences = own is null ? published : Differences(own, tensors);
        if (differences.Count == 0)
            return own!;
        // The candidate that explains more tensors: a single wrong tensor must not be reported as 81 differences.
        throw Mismatch(source, differences.Count < published.Count ? differences : published);
    }

    /// <summary>Checks tensors against a known shape.</summary>
    /// <exception cref="CheckpointException">They do not fit; the message lists the differing keys.</exception>
    public static void Check(NetworkShape shape, IReadOnlyList<HostTensor> tensors, string source)
    {
        var differences = Differences(shape, tensors);
        if (differences.Count > 0)
            throw Mismatch(source, differences);
    }

    private static CheckpointException Mismatch(string source, IReadOnlyList<string> differences) =>
        new($"{source} is not a colorization network of the published layout: {TensorMap.Enumerate(differences, MostNamed)}");

    private static List<string> Differences(NetworkShape shape, IReadOnlyList<HostTensor> tensors)
    {
        var expected = ColorizationNetwork
            .StateSlots(shape)
            .ToDictionary(static slot => slot.Name, static slot => slot.Shape, StringComparer.Ordinal);
        var differences = TensorMap.Differences(expected, tensors, static name => IsCounter(name)).ToList();
        foreach (var tensor in tensors)
        {
            if (!expected.ContainsKey(tensor.Name))
                continue;
            var fits = IsCounter(tensor.Name)
                ? tensor.Type == TensorType.Int64
                : tensor.Type is TensorType.Float32 or TensorType.Float16 or TensorType.BFloat16;
            if (!fits)
                differences.Add(
                    $"{OneLine.Quote(tensor.Name)} is {tensor.Type} instead of "
                        + $"{(IsCounter(tensor.Name) ? nameof(TensorType.Int64) : "a float type")}"
                );
        }

        return differences;
    }

    private static bool IsCounter(string name) => name.EndsWith(CounterSuffix, StringComparison.Ordinal);

    /// <summary>Sizes derived from the tensors; null if no valid network has them.</summary>
    private static NetworkShape? Guess(IReadOnlyList<HostTensor> tensors)
    {
        var layers = new List<(int Group, int Index, HostTensor Tensor)>();
        HostTensor? output = null;
        foreach (var tensor in tensors)
        {
            if (tensor.Name == "model_out.weight")
                output = tensor;
            else if (LayerName().Match(tensor.Name) is { Success: true } match)
                layers.Add((Number(match, "group"), Number(match, "index"), tensor));
        }

        if (output is not { Shape: [_, var bins, ..] } || bins > int.MaxValue)
            return null;
        var channels = new int[NetworkShape.Groups];
        var convolutions = new int[NetworkShape.Groups];
        for (var group = 0; group < NetworkShape.Groups; group++)
        {
            var own = layers.Where(layer => layer.Group == group + 1).ToList();
            if (own.Count == 0)
                return null;
            // The last layer is the batch norm, or in the last group the convolution to the bins; ReLUs take the odd numbers.
            var last = own.Max(static layer => layer.Index);
            convolutions[group] = last / 2;
            // Biases agree on the number of channels, but for one that is wrong.
            var sizes = own.Where(layer => layer.Index < last && layer.Tensor is { Shape: [_] })
                .Select(static layer => layer.Tensor.Shape[0])
                .ToList();
            if (sizes.Count == 0)
                return null;
            var size = sizes.GroupBy(static one => one).MaxBy(static same => same.Count())!.Key;
            if (size > int.MaxValue)
                return null;
            channels[group] = (int)size;
        }

        try
        {
            var scenes = tensors.FirstOrDefault(static tensor => tensor.Name == SceneHead.ScoreWeight) is { Shape: [var count, _] }
                ? (int)Math.Min(count, int.MaxValue)
                : 0;
            var context = tensors.FirstOrDefault(static tensor => tensor.Name == ContextPath.HiddenBias) is { Shape: [var units] }
                ? (int)Math.Min(units, int.MaxValue)
                : 0;
            return new NetworkShape((int)bins, channels, convolutions, scenes, context);
        }
        catch (ArgumentException)
        {
            return null; // sizes that no network here can have
        }
    }

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"\Amodel(?<group>[1-8])\.(?<index>[0-9]{1,3})\.(weight|bias|running_mean|running_var)\z",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex LayerName();
}
