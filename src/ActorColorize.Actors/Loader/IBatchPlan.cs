using ActorColorize.Data.Sampling;

namespace ActorColorize.Actors.Loader;

/// <summary>Maps batches to pictures: a pure function, so that a stream can be reopened at any batch.</summary>
public interface IBatchPlan
{
    /// <summary>Number of batches; <see cref="long.MaxValue"/> for an endless stream.</summary>
    long Batches { get; }

    /// <summary>Pictures in a full batch.</summary>
    int BatchSize { get; }

    /// <summary>Side of the square pictures, pixels.</summary>
    int Side { get; }

    /// <summary>Whether pictures without colour are left out of the batches (and named in them).</summary>
    bool LeavesOutMonochrome { get; }

    /// <summary>Pictures in a batch; the last one may be smaller.</summary>
    int PicturesIn(long batch);

    /// <summary>The picture for a place in a batch.</summary>
    /// <param name="batch">Number of the batch, from 0.</param>
    /// <param name="slot">Place in the batch, from 0.</param>
    /// <param name="substitution">0 for the planned picture, n for the n-th substitute of an unreadable one.</param>
    /// <returns>Null if the plan has no substitute: the place is left empty.</returns>
    PictureRequest? RequestFor(long batch, int slot, int substitution);
}

/// <summary>One picture to decode.</summary>
/// <param name="Item">Index into the picture set.</param>
/// <param name="Augmentation">Crop, flip and lightness curve.</param>
public readonly record struct PictureRequest(int Item, Augmentation Augmentation);
