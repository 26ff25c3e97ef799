using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

/// <summary>
/// Exponential moving average of a network's parameters and running statistics, as a separate network, which is validated, shown and
/// exported. Four native calls a step. With t updates done before, the average keeps min(decay, (1 + t) / (10 + t)) of itself, so that it
/// quickly forgets its initial value.
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private const string WeightPrefix = "weights.";
    private const string CountName = "ema_updates";

    private readonly double _decay;

    /// <summary>Creates an average as a copy.</summary>
    /// <param name="source">The network in training.</param>
    /// <param name="decay">Decay per step, above 0 and below 1.</param>
    /// <param name="compute">Device and precision, those of the source.</param>
    public WeightAverage(ColorizationNetwork source, double decay, ComputeSettings compute)
    {
        _decay = decay;
        Network = new ColorizationNetwork(source.Shape, source.Save(), compute);
        Network.eval();
    }

    /// <summary>The averaged network, in evaluation mode.</summary>
    public ColorizationNetwork Network { get; }

    /// <summary>The number of updates since it was created.</summary>
    public long Updates { get; private set; }

    /// <summary>Updates the average from the network in training.</summary>
    public void Update(ColorizationNetwork source)
    {
        using var frozen = no_grad();
        var share = Math.Min(_decay, (1.0 + Updates) / (10.0 + Updates));
        using Scalar keep = share.ToScalar(),
            take = (1 - share).ToScalar();
        Network.Parameters.All.mul_(keep).add_(source.Parameters.All, take);
        Network.Statistics.All.mul_(keep).add_(source.Statistics.All, take);
        Network.BatchesTracked = source.BatchesTracked;
        Updates++;
    }

    /// <summary>
    /// Copies to managed memory what the averaged network's own state does not hold: the weights in training and the count.
    /// </summary>
    /// <param name="source">The network in training.</param>
    /// <param name="spare">An earlier copy that is no longer read; its memory is reused.</param>
    public IEnumerable<HostTensor> SaveSource(ColorizationNetwork source, IReadOnlyList<HostTensor>? spare)
    {
        using var scope = NewDisposeScope();
        var memory = new ReusedMemory(spare);
        var tensors = new List<HostTensor> { TensorTransfer.ToHost(CountName, Updates) };
        foreach (var (name, _) in source.Parameters.Slots)
            tensors.Add(TensorTransfer.ToHost(WeightPrefix + name, source.Parameters.View(name), memory));
        foreach (var (name, _) in source.Statistics.Slots)
            tensors.Add(TensorTransfer.ToHost(WeightPrefix + name, source.Statistics.View(name), memory));
        return tensors;
    }

    /// <summary>Loads a saved average.</summary>
    /// <param name="state">The averaged network's state, checked.</param>
    /// <param name="updates">Its number of updates.</param>
    public void Load(IReadOnlyList<HostTensor> state, long updates)
    {
        Network.Load(state);
        Updates = updates;
    }

    /// <inheritdoc />
    public void Dispose() => Network.Dispose();

    /// <summary>
    /// Splits a saved state into its parts. A state that was saved without an average is its own average, with no updates.
    /// </summary>
    /// <exception cref="NetworkMismatchException">The count is not one integer.</exception>
    public static SplitState Split(SessionState state)
    {
        var weights = new List<HostTensor>();
        var optimizer = new List<HostTensor>();
        var updates = 0L;
        foreach (var tensor in state.Optimizer)
        {
            if (tensor.Name == CountName)
                updates = TensorTransfer.ToInt64(tensor);
            else if (tensor.Name.StartsWith(WeightPrefix, StringComparison.Ordinal))
                weights.Add(tensor with { Name = tensor.Name[WeightPrefix.Length..] });
            else
                optimizer.Add(tensor);
        }

        if (weights.Count == 0)
            return new SplitState(state.Model, state.Model, updates, optimizer);
        // Batch counters and the colours of the bins are not averaged: they are stored with the averaged network only.
        var names = weights.Select(static tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return new SplitState([.. weights, .. state.Model.Where(tensor => !names.Contains(tensor.Name))], state.Model, updates, optimizer);
    }

    /// <summary>The parts of a saved state.</summary>
    /// <param name="Weights">State of the network in training.</param>
    /// <param name="Average">State of the averaged network.</param>
    /// <param name="Updates">The average's number of updates.</param>
    /// <param name="Optimizer">Moments and count of the optimizer.</param>
    internal sealed record SplitState(
        IReadOnlyList<HostTensor> Weights,
        IReadOnlyList<HostTensor> Average,
        long Updates,
        IReadOnlyList<HostTensor> Optimizer
    );
}
