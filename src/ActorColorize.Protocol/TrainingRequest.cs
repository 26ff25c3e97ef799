namespace ActorColorize.Protocol;

/// <summary>A client's request to train. Null values are taken from the run in the folder, from the preset, or from the device.</summary>
/// <param name="Data">Folder of training pictures, as seen by the daemon's machines; absolute.</param>
/// <param name="RunFolder">The run folder, created or resumed; absolute.</param>
/// <param name="Name">Display name of the run; null: the folder's name.</param>
/// <param name="Preset">Name of a preset.</param>
/// <param name="Configuration">A configuration file in place of a preset; absolute.</param>
/// <param name="Profile">A published profile of colour bins and weights.</param>
/// <param name="Steps">Optimizer steps of the whole run.</param>
/// <param name="Batch">Pictures per optimizer step.</param>
/// <param name="Seed">Seed of every random choice of the run.</param>
/// <param name="Checkpoint">A checkpoint folder of another run to begin from; absolute.</param>
/// <param name="Precision">Number format of the activations: <c>auto</c>, <c>fp32</c> or <c>bf16</c>.</param>
/// <param name="Recovery">Other values of the recovery policy: <c>name=value,name=value</c>.</param>
/// <param name="MoreData">Further folders of training pictures, mixed with the first; absolute. Null is the same as none.</param>
/// <param name="Shares">With further folders, the share of each folder in the samples, the first one's first. Null is the same as none: by
/// their numbers of pictures.</param>
/// <param name="InitialWeights">A model whose weights a new run starts from: a file, a checkpoint folder or a run folder; absolute.</param>
/// <param name="StartsAnew">Whether a run folder that already holds a run is refused instead of resumed.</param>
public sealed record TrainingRequest(
    string Data,
    string RunFolder,
    string? Name = null,
    string? Preset = null,
    string? Configuration = null,
    string? Profile = null,
    int? Steps = null,
    int? Batch = null,
    ulong? Seed = null,
    string? Checkpoint = null,
    string? Precision = null,
    string? Recovery = null,
    IReadOnlyList<string>? MoreData = null,
    IReadOnlyList<double>? Shares = null,
    string? InitialWeights = null,
    bool StartsAnew = false
)
{
    /// <summary>Further folders of training pictures; may be empty.</summary>
    public IReadOnlyList<string> MoreData { get; init; } = MoreData ?? [];

    /// <summary>The share of each folder; empty: by their numbers of pictures.</summary>
    public IReadOnlyList<double> Shares { get; init; } = Shares ?? [];

    private (string, string, string?, string?, string?, string?, int?, int?, ulong?, string?, string?, string?, string?, bool) Scalars =>
        (
            Data,
            RunFolder,
            Name,
            Preset,
            Configuration,
            Profile,
            Steps,
            Batch,
            Seed,
            Checkpoint,
            Precision,
            Recovery,
            InitialWeights,
            StartsAnew
        );

    /// <summary>Whether it asks for the same; lists are compared by their entries.</summary>
    public bool Equals(TrainingRequest? other) =>
        other is not null && Scalars.Equals(other.Scalars) && MoreData.SequenceEqual(other.MoreData) && Shares.SequenceEqual(other.Shares);

    /// <inheritdoc/>
    public override int GetHashCode() => Scalars.GetHashCode();
}
