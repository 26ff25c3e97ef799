using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Model.Training;

/// <summary>Everything that a training session needs to continue bit-exactly.</summary>
/// <param name="Step">Completed steps.</param>
/// <param name="Model">Parameters and buffers of the network to use, under their published keys: their moving average where the run keeps
/// one, else those in training.</param>
/// <param name="Optimizer">First and second moments of every trained parameter and the count of updates; where the run keeps a moving
/// average also the parameters and buffers in training, as <c>weights.*</c>, and the average's own count.</param>
public sealed record SessionState(long Step, IReadOnlyList<HostTensor> Model, IReadOnlyList<HostTensor> Optimizer);
