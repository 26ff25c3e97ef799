using ActorColorize.Model.Color;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;

namespace ActorColorize.Model.Checkpoints;

/// <summary>The content of a checkpoint; for the meaning of each part see <see cref="CheckpointManifest"/>.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Network">Sizes of its network.</param>
/// <param name="ConfigurationHash">Hash of its configuration.</param>
/// <param name="DataHash">Hash of its training set.</param>
/// <param name="State">Step, weights and optimizer.</param>
/// <param name="ValidationLoss">Validation loss at this step, if it was measured. NaN and infinity are stored as "not measured": JSON has
/// no such numbers.</param>
/// <param name="BaselineLoss">Loss of the trivial baseline, if it was measured.</param>
/// <param name="Colors">Colours of the training set and their weights; they go with the network's tensors.</param>
public sealed record CheckpointContent(
    string RunId,
    ulong Seed,
    NetworkShape Network,
    string ConfigurationHash,
    string DataHash,
    SessionState State,
    double? ValidationLoss,
    double? BaselineLoss,
    ColorStatistics? Colors = null
);

/// <summary>A checkpoint on the disk.</summary>
/// <param name="Folder">Its folder, absolute.</param>
/// <param name="Manifest">Its manifest.</param>
public sealed record CheckpointEntry(string Folder, CheckpointManifest Manifest)
{
    /// <summary>
    /// Rejects a checkpoint from which a new run of a network cannot start, see <see cref="NetworkShape.CanContinueFrom"/>.
    /// </summary>
    /// <exception cref="CheckpointException">It belongs to a different network, which the message names.</exception>
    public void RequireStartFor(NetworkShape network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.CanContinueFrom(Manifest.Network))
            throw OtherNetwork(network);
    }

    /// <summary>Rejects a checkpoint from which a run cannot be resumed without silently becoming another run.</summary>
    /// <param name="network">The run's network.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="dataHash">Hash of the run's training set.</param>
    /// <exception cref="CheckpointException">One of them differs; the message names it.</exception>
    public void RequireSameRun(NetworkShape network, ulong seed, string dataHash)
    {
        if (Manifest.Network != network)
            throw OtherNetwork(network);
        if (Manifest.Seed != seed)
            throw new CheckpointException(
                $"{Folder} was made with seed {Manifest.Seed}, but the run has seed {seed}: restore the run's original run.json"
            );
        if (Manifest.DataHash != dataHash)
            throw new CheckpointException($"{Folder} was made with different pictures than the run's: restore the run's original run.json");
    }

    private CheckpointException OtherNetwork(NetworkShape network) =>
        new($"{Folder} belongs to a different network ({Manifest.Network}) than the run's ({network})");
}

/// <summary>A checkpoint in memory, verified.</summary>
/// <param name="Entry">Where it came from.</param>
/// <param name="State">Step, weights and optimizer.</param>
public sealed record LoadedCheckpoint(CheckpointEntry Entry, SessionState State);

/// <summary>A checkpoint that cannot be used.</summary>
/// <param name="Folder">The folder where it was found, absolute.</param>
/// <param name="Reason">One line: what is wrong, and the new path if it was moved.</param>
public sealed record CheckpointRejection(string Folder, string Reason);
