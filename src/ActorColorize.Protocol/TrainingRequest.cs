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
/// <param name="Precision">Number format of the activations: <c>fp32</c> or <c>bf16</c>.</param>
/// <param name="Recovery">Other values of the recovery policy: <c>name=value,name=value</c>.</param>
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
    string? Recovery = null
);
