using ActorColorize.Data.Sampling;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;

namespace ActorColorize.Actors.Gpu;

/// <summary>A model to be measured.</summary>
/// <param name="Path">A .safetensors or .pth file, a checkpoint folder or a run folder.</param>
/// <param name="Decoding">How its answer becomes colours.</param>
/// <param name="Saturation">Factor on the chroma.</param>
public sealed record EvaluatedModel(string Path, Decoding Decoding, double Saturation)
{
    /// <summary>
    /// Whether it sees the pictures as old photographs: each always as the same one (<see cref="FilmOptions.Aged"/>).
    /// </summary>
    public bool IsAged { get; init; }
}

/// <summary>By what measure of the first model pictures are put in order.</summary>
public enum RankingMeasure
{
    /// <summary>
    /// Raw AuC minus that of the same picture in grey: what the colours are worth beside none at all. Dull pictures are neither best nor
    /// worst by it.
    /// </summary>
    AucOverGrey,

    /// <summary>Mean CIEDE2000 of the picture; the smallest is best.</summary>
    Ciede2000,

    /// <summary>PSNR; the largest is best.</summary>
    Psnr,

    /// <summary>Rebalanced AuC; the largest is best.</summary>
    AucRebalanced,
}

/// <summary>Which pictures are handed back to be looked at. Each takes about 200 kB until the report is written.</summary>
/// <param name="Best">How many of the best; fewer of a small set, so that no picture is among the best and the worst.</param>
/// <param name="Worst">How many of the worst.</param>
/// <param name="Gallery">How many at even distances through the set, whatever they are like.</param>
/// <param name="RankBy">What best means.</param>
public sealed record PictureSelection(int Best, int Worst, int Gallery, RankingMeasure RankBy)
{
    /// <summary>No picture.</summary>
    public static PictureSelection None { get; } = new(0, 0, 0, RankingMeasure.AucOverGrey);

    /// <summary>The set's pictures for the gallery: the same for every model that is measured on the set.</summary>
    /// <param name="count">Pictures in the set.</param>
    public IReadOnlyList<int> GalleryItems(int count)
    {
        var shown = Math.Min(Gallery, count);
        return [.. Enumerable.Range(0, shown).Select(i => (int)((i + 0.5) * count / shown))];
    }
}

/// <summary>A picture to look at.</summary>
/// <param name="Position">Its place in <see cref="EvaluatedPictures"/>.</param>
/// <param name="Side">Height and width in pixels.</param>
/// <param name="Grey_HWC">What the models saw, RGB24.</param>
/// <param name="Painted_MHWC">What they made of it, in their order.</param>
/// <param name="Truth_HWC">The picture.</param>
public sealed record ShownPicture(int Position, int Side, byte[] Grey_HWC, IReadOnlyList<byte[]> Painted_MHWC, byte[] Truth_HWC);

/// <summary>The figures of every measured picture, by its place in the order in which they were measured.</summary>
/// <param name="Items">Which picture of the set each one is.</param>
/// <param name="Models">For each model the measures of every picture.</param>
/// <param name="Scenes">For each model the scene that it took every picture for; null where it has no scene head, or one for other
/// categories.</param>
/// <param name="Grey">Measures of every picture in grey.</param>
public sealed record EvaluatedPictures(
    IReadOnlyList<int> Items,
    IReadOnlyList<IReadOnlyList<PictureMeasures>> Models,
    IReadOnlyList<IReadOnlyList<int>?> Scenes,
    IReadOnlyList<PictureMeasures> Grey
)
{
    /// <summary>How many pictures.</summary>
    public int Count => Items.Count;

    /// <summary>All places in the order of the set.</summary>
    public IReadOnlyList<int> PositionsInOrderOfTheSet() => [.. Enumerable.Range(0, Count).OrderBy(position => Items[position])];

    /// <summary>Raw and rebalanced AuC of a model minus those of grey, over all pictures (which are of one size).</summary>
    public (WeightedMean Auc, WeightedMean AucRebalanced) OverGrey(int model) => Difference(Models[model], Grey);

    /// <summary>Raw and rebalanced AuC of the first model minus those of the second.</summary>
    public (WeightedMean Auc, WeightedMean AucRebalanced) OverOther() => Difference(Models[0], Models[1]);

    private static (WeightedMean Auc, WeightedMean AucRebalanced) Difference(
        IReadOnlyList<PictureMeasures> left,
        IReadOnlyList<PictureMeasures> right
    )
    {
        var pairs = left.Zip(right).ToList();
        return (
            WeightedMean.Of([.. pairs.Select(static pair => (1.0, (double)pair.First.Auc - pair.Second.Auc))]),
            WeightedMean.Of([
                .. pairs.Select(static pair => ((double)pair.First.Weight, (double)pair.First.AucRebalanced - pair.Second.AucRebalanced)),
            ])
        );
    }

    /// <summary>
    /// How few pictures, those of the rarest colours, hold half of all weight in the rebalanced AuC: where they are few, that figure says
    /// little of the others.
    /// </summary>
    public int PicturesWithHalfTheWeight()
    {
        var weights = Grey.Select(static picture => (double)picture.Weight).OrderDescending().ToList();
        var (half, sum, pictures) = (weights.Sum() / 2, 0.0, 0);
        while (sum < half)
            sum += weights[pictures++];
        return pictures;
    }

    /// <summary>How good the first model's picture is by a measure; more is better.</summary>
    public double Rank(int position, RankingMeasure measure) => Rank(Models[0][position], Grey[position], measure);

    internal static double Rank(PictureMeasures model, PictureMeasures grey, RankingMeasure measure) =>
        measure switch
        {
            RankingMeasure.AucOverGrey => model.Auc - grey.Auc,
            RankingMeasure.Ciede2000 => -model.Ciede2000,
            RankingMeasure.Psnr => model.Psnr,
            RankingMeasure.AucRebalanced => model.AucRebalanced,
            _ => throw new ArgumentOutOfRangeException(nameof(measure)),
        };
}
