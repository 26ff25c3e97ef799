using System.Diagnostics;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Gpu;

/// <summary>
/// A device's snapshot: copied out at a step boundary, rented to the writer, taken back, and its memory filled again for the next one.
/// There
/// is one, about three times the network's size (weights and
/// both moments): while it is rented, the next one has to wait.
/// </summary>
internal sealed class SnapshotSlot
{
    private CheckpointContent? _rented;
    private SessionState? _spare;

    /// <summary>Whether the snapshot is with the writer.</summary>
    internal bool IsRented => _rented is not null;

    /// <summary>The incarnation that the newest copy was made in.</summary>
    internal Attempt Attempt { get; private set; }

    /// <summary>How long training stood still for the newest copy.</summary>
    internal double PauseSeconds { get; private set; }

    /// <summary>Copies a run's state out; it is rented from now on.</summary>
    internal CheckpointContent Fill(TrainingOnDevice training, double? validationLoss, double? baselineLoss)
    {
        var clock = Stopwatch.StartNew();
        var document = training.Document;
        _rented = new CheckpointContent(
            training.Run.Value,
            document.Seed,
            training.Session.Shape,
            document.Configuration.Hash,
            document.DataHash,
            training.Session.Export(_spare),
            validationLoss,
            baselineLoss,
            training.Session.Colors
        );
        _spare = null;
        Attempt = training.Attempt;
        PauseSeconds = clock.Elapsed.TotalSeconds;
        return _rented;
    }

    /// <summary>Takes the snapshot back from the writer.</summary>
    /// <returns>Whether it is the one that is rented: one from before a crash is on nobody's books.</returns>
    internal bool TakeBack(CheckpointContent content)
    {
        if (!ReferenceEquals(content, _rented))
            return false;
        _spare = _rented.State;
        _rented = null;
        return true;
    }

    /// <summary>
    /// Takes over a state that has been read and is of no further use: the first snapshot of a resumed run needs no new memory either.
    /// </summary>
    internal void Reuse(SessionState state)
    {
        if (!IsRented)
            _spare = state;
    }

    /// <summary>Lets go of memory that no run needs.</summary>
    internal void Clear() => _spare = null;
}
