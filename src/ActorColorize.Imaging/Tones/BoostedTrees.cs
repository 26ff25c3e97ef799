using System.Globalization;

namespace ActorColorize.Imaging.Tones;

/// <summary>
/// Gradient-boosted decision trees (Friedman, <i>Greedy function approximation: a gradient boosting machine</i>, 2001): the sum of a bias
/// and of one leaf's value of each tree, the logarithm of the odds.
/// </summary>
/// <remarks>
/// As text: the bias in the first line, then a line for each tree, its nodes in preorder. A split is <c>FEATURE&lt;THRESHOLD</c>; a feature
/// of at most the threshold leads to the first branch. A leaf is its value.
/// </remarks>
internal sealed class BoostedTrees
{
    private const int Leaf = -1;

    private readonly double bias;
    private readonly List<int> roots = [];
    private readonly List<Node> nodes = [];

    private BoostedTrees(double bias) => this.bias = bias;

    /// <summary>Reads trees from text.</summary>
    /// <param name="text">The text; closed by this call.</param>
    /// <exception cref="FormatException">The text does not have this form.</exception>
    public static BoostedTrees Read(TextReader text)
    {
        using (text)
        {
            var trees = new BoostedTrees(Number(text.ReadLine() ?? ""));
            while (text.ReadLine() is { } line)
            {
                var tokens = new Queue<string>(line.Split(' '));
                trees.roots.Add(trees.nodes.Count);
                trees.Add(tokens);
                if (tokens.Count > 0)
                    throw new FormatException($"The tree '{line}' goes on after its last leaf.");
            }

            return trees;
        }
    }

    /// <summary>The logarithm of the odds.</summary>
    /// <param name="features">The features, in the order that the trees were made with.</param>
    public double Sum(IReadOnlyList<double> features)
    {
        var sum = bias;
        foreach (var root in roots)
        {
            var at = root;
            while (nodes[at].Feature != Leaf)
                at = features[nodes[at].Feature] <= nodes[at].Value ? at + 1 : nodes[at].Second;
            sum += nodes[at].Value;
        }

        return sum;
    }

    private void Add(Queue<string> tokens)
    {
        if (!tokens.TryDequeue(out var token))
            throw new FormatException("A tree ends before its last leaf.");
        var at = nodes.Count;
        var split = token.IndexOf('<', StringComparison.Ordinal);
        if (split < 0)
        {
            nodes.Add(new Node(Leaf, Number(token), 0));
            return;
        }

        nodes.Add(default);
        Add(tokens); // the first branch follows its split
        nodes[at] = new Node(int.Parse(token.AsSpan(0, split), CultureInfo.InvariantCulture), Number(token[(split + 1)..]), nodes.Count);
        Add(tokens);
    }

    private static double Number(string token) => double.Parse(token, CultureInfo.InvariantCulture);

    /// <param name="Feature">The feature that decides; <see cref="Leaf"/> for a leaf.</param>
    /// <param name="Value">The threshold, or the leaf's value.</param>
    /// <param name="Second">The node of the second branch.</param>
    private readonly record struct Node(int Feature, double Value, int Second);
}
