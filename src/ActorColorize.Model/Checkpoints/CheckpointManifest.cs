using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Checkpoints;

/// <summary>Describes a checkpoint and its files. A checkpoint is valid only if its manifest is complete and the files match it.</summary>
/// <param name="FormatVersion">Version of the layout, now <see cref="CurrentFormat"/>.</param>
/// <param name="RunId">The run that made it.</param>
/// <param name="Step">Completed steps.</param>
/// <param name="Seed">Seed of the run: with the step it gives the position in the data and every random choice.</param>
/// <param name="Network">Sizes of the network that the weights fit.</param>
/// <param name="ConfigurationHash">Hash of the training configuration.</param>
/// <param name="DataHash">Hash of the training set.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="ValidationLoss">Mean loss per pixel in weighted nats on the validation set at this step; null when it was not measured or
/// is not a finite number.</param>
/// <param name="BaselineLoss">The same for the best constant distribution; null as above.</param>
/// <param name="Files">Hash and length of every file, by its name in the folder.</param>
public sealed record CheckpointManifest(
    int FormatVersion,
    string RunId,
    long Step,
    ulong Seed,
    NetworkShape Network,
    string ConfigurationHash,
    string DataHash,
    DateTimeOffset CreatedAt,
    double? ValidationLoss,
    double? BaselineLoss,
    IReadOnlyDictionary<string, CheckpointFile> Files
)
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the manifest's own file.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Name of the file with the network's parameters and buffers.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>Name of the file with the optimizer's moments.</summary>
    public const string OptimizerFile = "optimizer.safetensors";
}

/// <summary>A file of a checkpoint.</summary>
/// <param name="Sha256">SHA-256 of its bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its length.</param>
public sealed record CheckpointFile(string Sha256, long Bytes);
