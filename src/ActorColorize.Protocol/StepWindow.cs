namespace ActorColorize.Protocol;

/// <summary>
/// Statistics over the steps between two log lines: what metrics.jsonl, TensorBoard, displays and clients are told of a run's progress.
/// </summary>
/// <param name="Epoch">Of the last step's last picture, from 0.</param>
/// <param name="LossMean">Mean of <see cref="StepResult.LossPerPixel"/> over the window's finite steps, weighted nats; NaN without
/// one.</param>
/// <param name="LossMaximum">The largest of them.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="PicturesPerSecond">Pictures trained on per second of the window.</param>
/// <param name="DataWaitShare">Share of the window in which the device waited for pictures, 0 to 1.</param>
/// <param name="ResidentBytes">Resident memory of the process that the device is in, bytes.</param>
/// <param name="Remaining">Time left for the whole run; null when it is not known yet.</param>
public sealed record StepWindow(
    int Epoch,
    double LossMean,
    double LossMaximum,
    double LearningRate,
    double PicturesPerSecond,
    double DataWaitShare,
    long ResidentBytes,
    TimeSpan? Remaining
);
