namespace ActorColorize.Model.Training;

/// <summary>How a training step is fitted into the device's memory.</summary>
/// <param name="MicroBatchSize">Pictures on the device at once. Fewer than a batch: gradients of the pieces are added up, and batch norm takes its statistics within a piece.</param>
/// <param name="Recomputes">Whether activations are computed again when their gradients are due, instead of being kept. Costs time, changes no result.</param>
public readonly record struct StepMemory(int MicroBatchSize, bool Recomputes);
