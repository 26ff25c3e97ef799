using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.CommandLine;

/// <summary>What runs for each command. A command without an action does not exist: it is neither parsed nor shown in the help.</summary>
internal sealed record CommandActions
{
    /// <summary>Runs <c>train</c>.</summary>
    public Func<TrainOptions, Task<ExitCode>>? Train { get; init; }

    /// <summary>Runs <c>evaluate</c>.</summary>
    public Func<EvaluateOptions, Task<ExitCode>>? Evaluate { get; init; }

    /// <summary>Runs <c>colorize</c>.</summary>
    public Func<ColorizeOptions, Task<ExitCode>>? Colorize { get; init; }

    /// <summary>Runs <c>doctor</c>.</summary>
    public Func<DoctorOptions, Task<ExitCode>>? Doctor { get; init; }

    /// <summary>Runs <c>demo</c>.</summary>
    public Func<DemoOptions, Task<ExitCode>>? Demo { get; init; }

    /// <summary>Runs <c>run show</c>.</summary>
    public Func<RunShowOptions, Task<ExitCode>>? RunShow { get; init; }

    /// <summary>Runs the sub-commands of <c>run</c> that speak with a daemon, and <c>model list</c>.</summary>
    public RunActions? Run { get; init; }

    /// <summary>Runs <c>dataset inspect</c>.</summary>
    public Func<DatasetInspectOptions, Task<ExitCode>>? DatasetInspect { get; init; }

    /// <summary>Runs <c>model import</c>.</summary>
    public Func<ModelImportOptions, Task<ExitCode>>? ModelImport { get; init; }

    /// <summary>Runs <c>model export</c>.</summary>
    public Func<ModelExportOptions, Task<ExitCode>>? ModelExport { get; init; }

    /// <summary>Runs <c>model info</c>.</summary>
    public Func<ModelLookOptions, Task<ExitCode>>? ModelInfo { get; init; }

    /// <summary>Runs <c>model verify</c>.</summary>
    public Func<ModelLookOptions, Task<ExitCode>>? ModelVerify { get; init; }

    /// <summary>Runs <c>serve</c>.</summary>
    public Func<ServeOptions, Task<ExitCode>>? Serve { get; init; }

    /// <summary>Runs <c>status</c>.</summary>
    public Func<StatusOptions, Task<ExitCode>>? Status { get; init; }

    /// <summary>Runs the sub-commands of <c>job</c>.</summary>
    public JobActions? Job { get; init; }

    /// <summary>Whether there is anything under <c>model</c>.</summary>
    public bool HasModel =>
        ModelImport is not null || ModelExport is not null || ModelInfo is not null || ModelVerify is not null || Run is not null;
}
