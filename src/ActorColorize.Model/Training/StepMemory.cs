namespace ActorColorize.Model.Training;

/// <summary>How a training step is fitted into the device's memory.</summary>
/// <param name="MicroBatchSize">
/// Pictures that are trained on together; the gradients of a batch's micro-batches are added up. Batch norm takes its statistics within
/// one: fewer of them is another, noisier result.
/// </param>
/// <param name="Recomputes">Whether activations are computed again when their gradients are due, instead of being kept. Costs time, changes
/// no result.</param>
/// <param name="PieceSize">
/// When recomputing: pictures that go through the convolutions at once; null: all of the micro-batch. Fewer take less memory and give the
/// same result up to rounding. Validation and painting,
/// where each picture is by itself, take pieces of this size too.
/// </param>
public readonly record struct StepMemory(int MicroBatchSize, bool Recomputes, int? PieceSize = null)
{
    /// <summary>Pictures that go through the convolutions at once.</summary>
    public int Piece => Math.Min(PieceSize ?? MicroBatchSize, MicroBatchSize);
}
