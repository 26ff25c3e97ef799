using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;

namespace ActorColorize.Actors.Loader;

/// <summary>
/// A decoded batch in a rented buffer: the receiver reads <see cref="Pixels"/>, then sends <see cref="LoaderCommands.BatchConsumed"/> to
/// the loader, which reuses the buffer.
/// </summary>
/// <param name="Stream">The stream that it belongs to.</param>
/// <param name="Number">From 0, without gaps, in order.</param>
/// <param name="Side">Side of the square pictures, pixels.</param>
/// <param name="Pixels">RGB24; <see cref="Items"/>.Count pictures from the start of the buffer.</param>
/// <param name="Items">Which picture of the set each one is.</param>
/// <param name="Unreadable">Pictures that could not be decoded, with the reason; they are not among the items.</param>
/// <param name="Monochrome">Pictures left out because they have no colour.</param>
public sealed record ImageBatch(
    StreamId Stream,
    long Number,
    int Side,
    PixelBuffer Pixels,
    IReadOnlyList<int> Items,
    IReadOnlyList<UnreadablePicture> Unreadable,
    IReadOnlyList<int> Monochrome
)
{
    /// <summary>The lightness curve of each picture in the batch; empty if there are none.</summary>
    public IReadOnlyList<LightnessCurve> Lightness { get; init; } = [];

    /// <summary>The simulated film of each picture in the batch, null for none; empty if no picture has one.</summary>
    public IReadOnlyList<FilmLook?> Films { get; init; } = [];

    /// <summary>The pixels of the pictures in the batch, [B, H, W, 3].</summary>
    public ReadOnlySpan<byte> Rgb_BHWC => Pixels.Bytes.AsSpan(0, Items.Count * Side * Side * 3);

    /// <summary>The category of each picture in the batch, −1 if it has none.</summary>
    /// <param name="pictures">The set that the items are of.</param>
    public int[] Labels(PictureSet pictures) => [.. Items.Select(pictures.Label)];
}

/// <summary>A picture that could not be decoded.</summary>
/// <param name="Item">Index into the picture set.</param>
/// <param name="Reason">One line.</param>
public sealed record UnreadablePicture(int Item, string Reason);
