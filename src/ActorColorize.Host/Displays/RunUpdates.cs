namespace ActorColorize.Host.Displays;

/// <summary>What is shown when a run starts or resumes.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="TrainingPictures">Pictures that training uses.</param>
/// <param name="ValidationPictures">Pictures that validation uses.</param>
/// <param name="Network">The network in words, for example "quarter, 2.0 M parameters".</param>
/// <param name="Device">Device and why, for example "cpu (no CUDA device found)".</param>
/// <param name="Precision">Number format; <c>doctor</c> says why.</param>
/// <param name="Threads">Threads for tensor work.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="ResumedFromStep">The step from which the run resumes; null for a new run.</param>
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

/// <summary>The end of a run or of one session of it.</summary>
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
