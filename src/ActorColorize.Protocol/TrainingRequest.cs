namespace ActorColorize.Protocol;

/// <summary>
/// What a client wants trained, and where. What is left open (null) the daemon takes from the run that the folder holds, from the preset,
/// or from its own device.
/// </summary>
/// <param name="Data">Folder of training pictures, as the daemon's machines see it; absolute.</param>
/// <param name="RunFolder">The run's folder: made, or gone on with; absolute.</param>
/// <param name="Name">What people call the run; null: the folder's name.</param>
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
