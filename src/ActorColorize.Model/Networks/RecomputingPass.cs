using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>
/// A training pass in less memory: of the forward pass only what lies between the groups is kept, and each group is computed again when its gradient is due (Chen, Xu, Zhang,
/// Guestrin: Training Deep Nets with Sublinear Memory Cost, 2016). The peak is then that of one group instead of all, for one more forward pass of time. The operations of
/// a group are the same both times, on the same numbers: where equal operations give equal bits, as on a CPU, so do the gradients of both ways.
/// </summary>
internal static class RecomputingPass
{
    /// <summary>Adds the gradients of one micro-batch to the network's parameters.</summary>
    /// <param name="network">In training mode.</param>
    /// <param name="lightness_B1HW">As for the network's forward pass.</param>
    /// <param name="objective">What is to become small, from the logits and, with a scene head, the scenes' scores. Called once.</param>
    public static void Run(ColorizationNetwork network, Tensor lightness_B1HW, Func<Tensor, Tensor?, Tensor> objective)
    {
        using var scope = NewDisposeScope();
        var inputs = new Tensor[NetworkShape.Groups + 1];
        Tensor? scenes_BS = null;
        using (no_grad())
        {
            inputs[0] = network.Enter(lightness_B1HW);
            for (var group = 0; group < NetworkShape.Groups; group++)
            {
                (inputs[group + 1], var recognised_BS) = network.ForwardGroup(group, inputs[group]);
                scenes_BS ??= recognised_BS;
            }
        }

        // Batch norm moves its running statistics each time that a group is computed; they are to count each batch once.
        var statistics = network.Statistics.All.clone();
        var (gradient, scenesGradient_BS) = Differentiate(inputs[^1], scenes_BS, objective);
        for (var group = NetworkShape.Groups - 1; group >= 0; group--)
        {
            inputs[group + 1].Dispose();
            var next = GradientOfInput(network, group, inputs[group], gradient, group == ColorizationNetwork.DeepestGroup ? scenesGradient_BS : null);
            gradient.Dispose();
            gradient = next;
        }

        using var frozen = no_grad();
        network.Statistics.All.copy_(statistics);
    }

    private static (Tensor Logits, Tensor? Scenes) Differentiate(Tensor logits_BQhw, Tensor? scenes_BS, Func<Tensor, Tensor?, Tensor> objective)
    {
        using var scope = NewDisposeScope();
        var logits = logits_BQhw.detach().requires_grad_(true);
        var scenes = scenes_BS?.detach().requires_grad_(true);
        objective(logits, scenes).backward();
        return (logits.grad!.MoveToOuterDisposeScope(), scenes?.grad?.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Computes the group once more and goes back through it. The gradient enters as a factor of a sum, whose own gradient is 1: so nothing but multiplication by 1 is
    /// added, and the call is one that reports a lack of memory instead of ending the process.
    /// </summary>
    private static Tensor GradientOfInput(ColorizationNetwork network, int group, Tensor input, Tensor gradient, Tensor? scenesGradient_BS)
    {
        using var scope = NewDisposeScope();
        var x = input.detach().requires_grad_(group > 0);
        var (y, scenes_BS) = network.ForwardGroup(group, x);
        var product = y * gradient;
        var sum = product.sum();
        // Nothing below needs these two: the memory is for the gradients.
        product.Dispose();
        y.Dispose();
        if (scenes_BS is not null && scenesGradient_BS is not null) sum = sum.to(ScalarType.Float32) + (scenes_BS * scenesGradient_BS).sum();
        sum.backward();
        return (group > 0 ? x.grad! : zeros(1)).MoveToOuterDisposeScope();
    }
}
