namespace ActorColorize.Host.Displays;

/// <summary>What is shown when a run starts or resumes.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="TrainingPictures">Pictures that training uses.</param>
/// <param name="ValidationPictures">Pictures that validation uses.</param>
/// <param name="Network">The network in words, for example "quarter, 2.0 M parameters".</param>
/// <param name="Device">Device and why, for example "cpu (no CUDA device found)".</param>
/// <param name="Precision">Precision and why, for example "bf16 (2.3 times as fast as fp32 here)".</param>
/// <param name="Threads">Threads for tensor work.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="ResumedFromStep">The step that the run goes on from; null for a new run.</param>
internal sealed record TrainingStart(
    string Run,
    string Folder,
    long TrainingPictures,
    long ValidationPictures,
    string Network,
    string Device,
    string Precision,
    int Threads,
    long Steps,
    long? ResumedFromStep
);

/// <summary>One log step of a run.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Epoch">Epoch, from 0.</param>
/// <param name="Step">Steps completed.</param>
/// <param name="Steps">Steps of the whole run; null when it is bounded by time.</param>
/// <param name="Share">How much of the run is done, 0 to 1.</param>
/// <param name="LossMean">Mean training loss per pixel since the last log step, weighted nats.</param>
/// <param name="LossMaximum">The largest training loss per pixel since the last log step.</param>
/// <param name="Validation">Validation loss per pixel when it is fresh, otherwise null.</param>
/// <param name="Baseline">The trivial baseline's loss on the same pictures, with <paramref name="Validation"/>.</param>
/// <param name="LearningRate">The learning rate of this step.</param>
/// <param name="PicturesPerSecond">Pictures trained per second since the last log step.</param>
/// <param name="DataWaitShare">Share of that time in which the device waited for pictures, 0 to 1.</param>
/// <param name="ResidentBytes">The process's resident memory.</param>
/// <param name="Remaining">Time left for the whole run; null when it is not known yet.</param>
internal sealed record TrainingLine(
    string Run,
    int Epoch,
    long Step,
    long? Steps,
    double Share,
    double LossMean,
    double LossMaximum,
    double? Validation,
    double? Baseline,
    double LearningRate,
    double PicturesPerSecond,
    double DataWaitShare,
    long ResidentBytes,
    TimeSpan? Remaining
);

/// <summary>The end of a run, or of this session of it.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Step">Steps completed.</param>
/// <param name="Steps">Steps of the whole run; null when it is bounded by time.</param>
/// <param name="Seconds">Wall-clock seconds of this session.</param>
/// <param name="Loss">The last mean training loss per pixel.</param>
/// <param name="Validation">The last validation loss per pixel.</param>
/// <param name="Baseline">The trivial baseline's loss on the same pictures.</param>
/// <param name="Checkpoint">The newest checkpoint's folder.</param>
/// <param name="Panel">The newest panel picture.</param>
/// <param name="Stopped">True when a signal ended the session before the run was complete; the same command resumes it.</param>
internal sealed record TrainingEnd(
    string Run,
    string Folder,
    long Step,
    long? Steps,
    double Seconds,
    double? Loss,
    double? Validation,
    double? Baseline,
    string? Checkpoint,
    string? Panel,
    bool Stopped
);
