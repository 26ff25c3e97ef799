namespace ActorColorize.Model.Training;

/// <summary>How a training step fits into the device's memory.</summary>
/// <param name="MicroBatchSize">Pictures per forward and backward pass; the gradients of a batch's micro-batches are accumulated. Batch
/// norm computes its statistics within a micro-batch, so a smaller one gives a different, noisier result.</param>
/// <param name="Recomputes">Whether activations are recomputed for the backward pass instead of being kept (gradient checkpointing). Costs
/// time; the result is the same.</param>
/// <param name="PieceSize">When recomputing, pictures per pass through the convolutions; null: the whole micro-batch. Fewer need less
/// memory and give the same result up to rounding. Validation and painting also use pieces of this size.</param>
public readonly record struct StepMemory(int MicroBatchSize, bool Recomputes, int? PieceSize = null)
{
    /// <summary>Pictures per pass through the convolutions.</summary>
    public int Piece => Math.Min(PieceSize ?? MicroBatchSize, MicroBatchSize);
}
