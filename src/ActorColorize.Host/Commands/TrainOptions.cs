using ActorColorize.Host.Isolation;

namespace ActorColorize.Host.Commands;

/// <summary>Where a run starts from.</summary>
internal enum ResumeMode
{
    /// <summary>From the run folder's newest good checkpoint, or from the beginning when there is none.</summary>
    Auto,

    /// <summary>From the beginning; a run folder that already holds a run is refused.</summary>
    Never,

    /// <summary>From the checkpoint that is named.</summary>
    Checkpoint,
}

/// <summary>The value of <c>--resume</c>.</summary>
/// <param name="Mode">Where the run starts from.</param>
/// <param name="Checkpoint">The checkpoint folder for <see cref="ResumeMode.Checkpoint"/>, otherwise null.</param>
internal readonly record struct ResumeChoice(ResumeMode Mode, string? Checkpoint)
{
    /// <summary>Reads <c>auto</c>, <c>never</c> or a folder; a folder that is really called "auto" is written <c>./auto</c>.</summary>
    public static ResumeChoice Parse(string text) =>
        text switch
        {
            "auto" => new(ResumeMode.Auto, null),
            "never" => new(ResumeMode.Never, null),
            _ => new(ResumeMode.Checkpoint, text),
        };
}

/// <summary>What <c>train</c> was asked to do. Null means "as the preset or configuration file says".</summary>
internal sealed record TrainOptions
{
    /// <summary>Folder of training pictures: MiniPlaces kit or plain folder.</summary>
    public required string Data { get; init; }

    /// <summary>Run folder: created, or resumed.</summary>
    public required string Run { get; init; }

    /// <summary>
    /// Name of a preset in <c>config/training</c>; null when <see cref="Config"/> is given, or for the default: the run's own
    /// configuration, or <c>quarter</c>.
    /// </summary>
    public string? Preset { get; init; }

    /// <summary>A configuration file of the caller's own; null when a preset is used.</summary>
    public string? Config { get; init; }

    /// <summary>A published profile of colour bins and weights, in place of the preset's.</summary>
    public string? Profile { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public int? Steps { get; init; }

    /// <summary>Pictures per optimizer step.</summary>
    public int? Batch { get; init; }

    /// <summary>Seed of every random choice of the run.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Where the run starts from.</summary>
    public ResumeChoice Resume { get; init; } = new(ResumeMode.Auto, null);

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary><c>auto</c> (measured at start), <c>fp32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Threads for tensor work; a resumed run is bit-exact only with the same number. Null: all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>In which process the device is.</summary>
    public IsolationOptions Isolation { get; init; } = new();

    /// <summary>Other values of the recovery policy than the run's own: <c>name=value,name=value</c>; null for none.</summary>
    public string? Recovery { get; init; }

    /// <summary>Faults to be set off on purpose; null without fault injection.</summary>
    public string? Inject { get; init; }

    /// <summary>Write one JSON object for programs instead of text for people.</summary>
    public bool Json { get; init; }
}
