using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

// Shapes: B pictures, P pictures of a piece, H height, W width, h = H/4, w = W/4, Q bins, S scenes.

/// <summary>
/// A training pass in less memory: of the forward pass only what lies behind each group's convolutions is kept, and the rest is computed
/// again when its gradient is due (Chen, Xu,
/// Zhang, Guestrin: Training Deep Nets with Sublinear Memory Cost, 2016). Convolutions look at each picture by itself, so a group's may go
/// through in pieces; batch norm looks at all pictures
/// together, here as elsewhere. So the result does not depend on the pieces, but for rounding; in one piece the operations are those of the
/// ordinary pass, on the same numbers, and
/// where equal operations give equal bits, as on a CPU, so do the gradients.
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
    /// <param name="piece">Pictures that go through the convolutions at once.</param>
    /// <param name="objective">What is to become small: from the first picture of a piece, their number, the logits [P, Q, h, w] and, with
    /// a scene head, the scenes' scores [P, S]. Called once a piece.</param>
    public static void Run(ColorizationNetwork network, Tensor lightness_B1HW, int piece, Func<int, int, Tensor, Tensor?, Tensor> objective)
    {
        using var scope = NewDisposeScope();
        new RecomputingPass(network, piece, objective).Run(lightness_B1HW);
    }

    private void Run(Tensor lightness_B1HW)
    {
        var entered = _network.Enter(lightness_B1HW);
        var convolved = Forward(entered);

        // Batch norm moves its running statistics each time that it is computed; they are to count each batch once.
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

            // The group's input, as a function of what lies behind the convolutions of the group before it.
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

    /// <summary>What lies behind the convolutions of each group but the last.</summary>
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

        // The last one's statistics are moved in this pass too.
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
    /// Computes a group's convolutions once more, piece by piece, and goes back through them: behind the last group from the objective,
    /// elsewhere from the gradient behind them. The
    /// gradient enters as a factor of a sum, whose own gradient is 1: so nothing but multiplication by 1 is added, and the call is one that
    /// reports a lack of memory instead of
    /// ending the process.
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
                y.Dispose(); // not needed any more: the memory is for the gradients
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
