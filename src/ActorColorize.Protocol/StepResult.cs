namespace ActorColorize.Protocol;

/// <summary>
/// What one training step gave. The optimizer makes it, and everything that tells of a single step is made from it:
/// <see cref="RunEvents.StepMade"/> and the lines of metrics.jsonl. Over several steps it becomes a <see cref="StepWindow"/>.
/// </summary>
/// <param name="Step">Number of the step, the first is 1.</param>
/// <param name="LossSum">Weighted cross-entropy summed over all target pixels of all pictures (Lu and Liu 2017), in weighted nats.</param>
/// <param name="LossPerPixel">The same divided by the number of target pixels: does not depend on batch and picture size.</param>
/// <param name="WeightedMean">The same divided by the sum of the pixels' weights, as PyTorch's <c>cross_entropy</c> reports it.</param>
/// <param name="GradientNorm">Global 2-norm of the gradient of <paramref name="LossPerPixel"/>, before clipping.</param>
/// <param name="LearningRate">Rate of this step.</param>
/// <param name="Pictures">Pictures in the batch.</param>
/// <param name="Skipped">True where loss or gradient was not finite: weights, moments and running statistics are as before the
/// step.</param>
public sealed record StepResult(
    long Step,
    double LossSum,
    double LossPerPixel,
    double WeightedMean,
    double GradientNorm,
    double LearningRate,
    int Pictures,
    bool Skipped
);
