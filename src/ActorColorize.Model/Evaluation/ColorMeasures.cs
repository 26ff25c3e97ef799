using System.Runtime.InteropServices;
using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width.

/// <summary>
/// Adds up one predictor's measures over a stream of batches. AuC compares the predicted ab itself; PSNR, CIEDE2000 and colorfulness compare the picture
/// that comes out: predicted ab with the true lightness, clipped to the gamut and rounded to 8 bits.
/// </summary>
public sealed class ColorMeasures
{
    private readonly List<PictureMeasures> _pictures = [];
    private Sums _sums;

    /// <summary>Every picture's own measures, in the order in which they were added.</summary>
    public IReadOnlyList<PictureMeasures> Pictures => _pictures;

    /// <summary>The measures over everything added so far.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public MeasureSet Result => _sums.Mean();

    /// <summary>Adds a batch.</summary>
    /// <param name="truth">The true pictures.</param>
    /// <param name="predicted_B2HW">float32, [B, 2, H, W]: ab at the size of the truth, same device.</param>
    internal void Add(TruePictures truth, Tensor predicted_B2HW)
    {
        foreach (var picture in Measure(truth, predicted_B2HW))
        {
            _sums += picture;
            _pictures.Add(picture.ForOnePicture());
        }
    }

    /// <summary>The measures with a batch more, which is not kept.</summary>
    internal MeasureSet ResultWith(TruePictures truth, Tensor predicted_B2HW)
    {
        var sums = _sums;
        foreach (var picture in Measure(truth, predicted_B2HW)) sums += picture;
        return sums.Mean();
    }

    private static Sums[] Measure(TruePictures truth, Tensor predicted_B2HW)
    {
        using var scope = NewDisposeScope();
        var lightness_B1HW = truth.Lab_B3HW.slice(1, 0, 1, 1);
        var codes_B3HW = PictureQuality.Codes(LabColor.ToSrgb(cat([lightness_B1HW, predicted_B2HW], 1)));
        var painted_B3HW = LabColor.FromSrgb(codes_B3HW.to(ScalarType.Byte).permute(0, 2, 3, 1));
        var met_BHW = PictureQuality.ShareOfThresholdsMet(truth.Ab_B2HW, predicted_B2HW);
        var figures_7B = stack(
        [
            Sum(met_BHW),
            Sum(met_BHW * truth.Weights_BHW),
            Sum(truth.Weights_BHW),
            PictureQuality.Psnr(truth.Codes_B3HW, codes_B3HW),
            Sum(ColorDifference.Ciede2000(truth.Lab_B3HW, painted_B3HW)),
            PictureQuality.Colorfulness(codes_B3HW),
            truth.Colorfulness_B,
        ]).cpu().data<double>().ToArray();

        var batch = (int)met_BHW.shape[0];
        var pixels = met_BHW.shape[1] * met_BHW.shape[2];
        var sums = new Sums[batch];
        for (var i = 0; i < batch; i++)
        {
            double At(int row) => figures_7B[row * batch + i];
            sums[i] = new Sums(1, pixels, At(0), At(1), At(2), At(3), At(4), At(5), Math.Abs(At(5) - At(6)));
        }

        return sums;
    }

    private static Tensor Sum(Tensor plane_BHW) => plane_BHW.sum([1, 2], type: ScalarType.Float64);

    /// <summary>Sums over pictures or over their pixels; of one picture at first, then of all.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Sums(
        int Pictures, double Pixels, double Met, double WeightedMet, double Weights, double Psnr, double Difference, double Colorfulness, double Gap)
    {
        public static Sums operator +(Sums x, Sums y) => new(
            x.Pictures + y.Pictures,
            x.Pixels + y.Pixels,
            x.Met + y.Met,
            x.WeightedMet + y.WeightedMet,
            x.Weights + y.Weights,
            x.Psnr + y.Psnr,
            x.Difference + y.Difference,
            x.Colorfulness + y.Colorfulness,
            x.Gap + y.Gap);

        public MeasureSet Mean()
        {
            if (Pictures == 0) throw new InvalidOperationException("no picture was evaluated");
            return new MeasureSet(100 * Met / Pixels, 100 * WeightedMet / Weights, Psnr / Pictures, Difference / Pixels, Colorfulness / Pictures, Gap / Pictures);
        }

        public PictureMeasures ForOnePicture() =>
            new((float)(100 * Met / Pixels), (float)(100 * WeightedMet / Weights), (float)Psnr, (float)(Difference / Pixels), (float)Colorfulness);
    }
}
