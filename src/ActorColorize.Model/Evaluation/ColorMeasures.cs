using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width.

/// <summary>
/// Accumulates one predictor's measures over a stream of batches. AuC compares the predicted ab; PSNR, CIEDE2000 and colorfulness compare
/// the resulting picture: predicted ab with the true lightness, clipped to the gamut and rounded to 8 bits.
/// </summary>
/// <param name="keepsPictures">Whether per-picture measures are kept.</param>
internal sealed class ColorMeasures(bool keepsPictures)
{
    private readonly List<PictureMeasures> _pictures = [];
    private readonly SortedDictionary<int, MeasureSums> _byCategory = [];
    private readonly double[] _pixelsByThreshold = new double[PictureQuality.Thresholds + 1];
    private readonly double[] _weightsByThreshold = new double[PictureQuality.Thresholds + 1];
    private MeasureSums _sums;

    /// <summary>The per-picture measures, in the order in which they were added; empty if they are not kept.</summary>
    public IReadOnlyList<PictureMeasures> Pictures => _pictures;

    /// <summary>The measures over everything added so far.</summary>
    /// <exception cref="InvalidOperationException">Nothing has been added.</exception>
    public PredictorFigures Result => new(_sums.Mean(), ErrorCurve.Of(_pixelsByThreshold, _weightsByThreshold));

    /// <summary>Pictures and measures of each category, by label; pictures without a label are in none.</summary>
    public IReadOnlyDictionary<int, MeasureSums> ByCategory => _byCategory;

    /// <summary>Adds a batch.</summary>
    /// <param name="truth">The true pictures.</param>
    /// <param name="predicted_B2HW">float32, [B, 2, H, W]: ab at the size of the truth, same device.</param>
    /// <param name="labels_B">Category of each picture, −1 for none; may be empty.</param>
    public void Add(TruePictures truth, Tensor predicted_B2HW, ReadOnlySpan<int> labels_B = default)
    {
        var batch = Measure(truth, predicted_B2HW);
        AddTo(_pixelsByThreshold, batch.PixelsByThreshold);
        AddTo(_weightsByThreshold, batch.WeightsByThreshold);
        for (var i = 0; i < batch.Pictures.Length; i++)
        {
            var picture = batch.Pictures[i];
            _sums += picture;
            if (keepsPictures)
                _pictures.Add(picture.ForOnePicture());
            if (labels_B.IsEmpty || labels_B[i] < 0)
                continue;
            _byCategory.TryGetValue(labels_B[i], out var category);
            _byCategory[labels_B[i]] = category + picture;
        }
    }

    /// <summary>The measures including one more batch, which is not kept.</summary>
    public PredictorFigures ResultWith(TruePictures truth, Tensor predicted_B2HW)
    {
        var batch = Measure(truth, predicted_B2HW);
        var sums = _sums;
        foreach (var picture in batch.Pictures)
            sums += picture;
        AddTo(batch.PixelsByThreshold, _pixelsByThreshold);
        AddTo(batch.WeightsByThreshold, _weightsByThreshold);
        return new PredictorFigures(sums.Mean(), ErrorCurve.Of(batch.PixelsByThreshold, batch.WeightsByThreshold));
    }

    private static BatchSums Measure(TruePictures truth, Tensor predicted_B2HW)
    {
        using var scope = NewDisposeScope();
        var lightness_B1HW = truth.Lab_B3HW.slice(1, 0, 1, 1);
        var codes_B3HW = PictureQuality.Codes(LabColor.ToSrgb(cat([lightness_B1HW, predicted_B2HW], 1)));
        var painted_B3HW = LabColor.FromSrgb(codes_B3HW.to(ScalarType.Byte).permute(0, 2, 3, 1));
        var least_BHW = PictureQuality.LeastThresholdMet(truth.Ab_B2HW, predicted_B2HW);
        var met_BHW = PictureQuality.ShareOfThresholdsMet(least_BHW);
        var figures_7B = stack([
                Sum(met_BHW),
                Sum(met_BHW * truth.Weights_BHW),
                Sum(truth.Weights_BHW),
                PictureQuality.Psnr(truth.Codes_B3HW, codes_B3HW),
                Sum(ColorDifference.Ciede2000(truth.Lab_B3HW, painted_B3HW)),
                PictureQuality.Colorfulness(codes_B3HW),
                truth.Colorfulness_B,
            ])
            .cpu()
            .data<double>()
            .ToArray();

        var batch = (int)met_BHW.shape[0];
        var pixels = met_BHW.shape[1] * met_BHW.shape[2];
        var sums = new MeasureSums[batch];
        for (var i = 0; i < batch; i++)
        {
            double At(int row) => figures_7B[row * batch + i];
            sums[i] = new MeasureSums(1, pixels, At(0), At(1), At(2), At(3), At(4), At(5), At(6), Math.Abs(At(5) - At(6)));
        }

        var least_N = least_BHW.to(ScalarType.Int64).reshape(-1);
        return new BatchSums(
            sums,
            Counted(least_N, ones_like(least_N, dtype: ScalarType.Float64)),
            Counted(least_N, truth.Weights_BHW.reshape(-1).to(ScalarType.Float64))
        );
    }

    private static double[] Counted(Tensor least_N, Tensor amounts_N) =>
        least_N.bincount(amounts_N, PictureQuality.Thresholds + 1).cpu().data<double>().ToArray();

    private static void AddTo(double[] sums, double[] more)
    {
        for (var i = 0; i < sums.Length; i++)
            sums[i] += more[i];
    }

    private static Tensor Sum(Tensor plane_BHW) => plane_BHW.sum([1, 2], type: ScalarType.Float64);

    /// <summary>Each picture's sums, and all their pixels and pixel weights by the least threshold met.</summary>
    private sealed record BatchSums(MeasureSums[] Pictures, double[] PixelsByThreshold, double[] WeightsByThreshold);
}
