using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

// Shapes: B pictures, P pictures of a piece, H height, W width, h = H/4, w = W/4, Q bins, S scenes.

/// <summary>
/// A training pass with gradient checkpointing: only the output of each group's convolutions is kept from the forward pass, and the rest is
/// recomputed for the backward pass (Chen, Xu, Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost, 2016). Convolutions are
/// independent for each picture, so a group's may be computed in pieces; batch norm is computed over all pictures. The result therefore
/// does not depend on the pieces, up to rounding. With a single piece the operations are those of the ordinary pass, and the gradients are
/// bit-exact where equal operations are, as on a CPU.
/// </summary>
internal sealed class RecomputingPass
{
    private const int Last = NetworkShape.Groups - 1;

    private readonly ColorizationNetwork _network;
    private readonly int _piece;
    private readonly Func<int, int, Tensor, Tensor?, Tensor> _objective;

    private RecomputingPass(ColorizationNetwork network, int piece, Func<int, int, Tensor, Tensor?, Tensor> objective)
    {
        _network = network;
        _piece = piece;
        _objective = objective;
    }

    /// <summary>Adds the gradients of a batch to the network's parameters.</summary>
    /// <param name="network">In training mode.</param>
    /// <param name="lightness_B1HW">As for the network's forward pass.</param>
    /// <param name="piece">Pictures per pass through the convolutions.</param>
    /// <param name="objective">The loss to minimize, from the index of a piece's first picture, the number of pictures, the logits [P, Q,
    /// h, w] and, with a scene head, the scenes' scores [P, S]. Called once per piece.</param>
    public static void Run(ColorizationNetwork network, Tensor lightness_B1HW, int piece, Func<int, int, Tensor, Tensor?, Tensor> objective)
    {
        using var scope = NewDisposeScope();
        new RecomputingPass(network, piece, objective).Run(lightness_B1HW);
    }

    private void Run(Tensor lightness_B1HW)
    {
        var entered = _network.Enter(lightness_B1HW);
        var convolved = Forward(entered);

        // Batch norm updates its running statistics each time that it is computed; each batch must count once.
        var statistics = _network.Statistics.All.clone();
        Tensor? gradient = null;
        for (var group = Last; group >= 0; group--)
        {
            using var scope = NewDisposeScope();
            if (group == 0)
            {
                BackThroughConvolutions(0, entered, null, gradient);
                break;
            }

            // The group's input, as a function of the output of the previous group's convolutions.
            var kept = convolved[group - 1].requires_grad_(true);
            var (input, scenes_BS) = _network.Join(group - 1, kept);
            var scenes = group == Last && scenes_BS is not null ? scenes_BS.detach().requires_grad_(true) : null;
            var inputGradient = BackThroughConvolutions(group, input.detach(), scenes, gradient);
            gradient?.Dispose();
            var sum = Product(input, inputGradient);
            if (scenes_BS is not null && scenes?.grad is { } scenesGradient_BS)
                sum = sum.to(ScalarType.Float32).Plus(Product(scenes_BS, scenesGradient_BS));
            inputGradient.Dispose();
            input.Dispose();
            sum.backward();
            gradient = kept.grad!.MoveToOuterDisposeScope();
            kept.Dispose();
        }

        using var frozen = no_grad();
        _network.Statistics.All.copy_(statistics);
    }

    /// <summary>The outputs of the convolutions of each group but the last.</summary>
    private Tensor[] Forward(Tensor entered)
    {
        using var frozen = no_grad();
        var convolved = new Tensor[Last];
        var input = entered;
        for (var group = 0; group < Last; group++)
        {
            convolved[group] = ConvolveInPieces(group, input);
            if (group > 0)
                input.Dispose();
            if (group == Last - 1)
                break;
            (input, var scenes_BS) = _network.Join(group, convolved[group]);
            scenes_BS?.Dispose();
        }

        // This pass also updates the last one's statistics.
        var (last, recognised_BS) = _network.Join(Last - 1, convolved[Last - 1]);
        last.Dispose();
        recognised_BS?.Dispose();
        return convolved;
    }

    private Tensor ConvolveInPieces(int group, Tensor input)
    {
        using var scope = NewDisposeScope();
        if (_piece >= input.shape[0])
            return _network.Convolve(group, input).MoveToOuterDisposeScope();
        Tensor? all = null;
        foreach (var (first, count) in Pieces(input))
        {
            using var piece = _network.Convolve(group, input.narrow(0, first, count));
            all ??= empty([input.shape[0], .. piece.shape[1..]], dtype: piece.dtype, device: piece.device);
            all.narrow(0, first, count).copy_(piece);
        }

        return all!.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Recomputes a group's convolutions piece by piece and backpropagates through them: from the objective after the last group, otherwise
    /// from the gradient of their output. The gradient enters as a factor of a sum whose own gradient is 1. This only adds a multiplication
    /// by 1, and uses a call that reports a lack of memory instead of aborting the process.
    /// </summary>
    /// <returns>The gradient of the group's input; an empty tensor for the first group.</returns>
    private Tensor BackThroughConvolutions(int group, Tensor input, Tensor? scenes_BS, Tensor? gradient)
    {
        using var scope = NewDisposeScope();
        var isWhole = _piece >= input.shape[0];
        var all = group == 0 || isWhole ? empty(0) : empty_like(input);
        foreach (var (first, count) in Pieces(input))
        {
            using var pieceScope = NewDisposeScope();
            var x = input.narrow(0, first, count).detach().requires_grad_(group > 0);
            var y = _network.Convolve(group, x);
            if (gradient is null)
            {
                _objective(first, count, y, scenes_BS?.narrow(0, first, count)).backward();
            }
            else
            {
                var sum = Product(y, gradient.narrow(0, first, count));
                y.Dispose(); // frees memory for the gradients
                sum.backward();
            }

            if (group == 0)
                continue;
            if (isWhole)
                return x.grad!.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            using var frozen = no_grad();
            all.narrow(0, first, count).copy_(x.grad!);
        }

        return all.MoveToOuterDisposeScope();
    }

    private static Tensor Product(Tensor y, Tensor gradient)
    {
        using var product = y * gradient;
        return product.sum();
    }

    private IEnumerable<(int First, int Count)> Pieces(Tensor input)
    {
        var pictures = (int)input.shape[0];
        for (var first = 0; first < pictures; first += _piece)
            yield return (first, Math.Min(_piece, pictures - first));
    }
}
