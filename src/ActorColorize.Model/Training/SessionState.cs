using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Training;

/// <summary>Everything a training session needs to go on bit for bit.</summary>
/// <param name="Step">Completed steps.</param>
/// <param name="Model">Parameters and buffers of the network, under their published keys.</param>
/// <param name="Optimizer">First and second moments of every trained parameter and the count of updates.</param>
public sealed record SessionState(long Step, IReadOnlyList<HostTensor> Model, IReadOnlyList<HostTensor> Optimizer);
