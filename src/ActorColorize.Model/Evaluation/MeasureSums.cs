using System.Runtime.InteropServices;

namespace ActorColorize.Model.Evaluation;

/// <summary>Sums of measures over pictures or their pixels, for one picture or for many.</summary>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="Pixels">The number of pixels.</param>
/// <param name="Met">Sum over the pixels of the share of thresholds met.</param>
/// <param name="WeightedMet">The same, each pixel with its weight.</param>
/// <param name="Weights">Sum of the pixels' weights.</param>
/// <param name="Psnr">Sum over the pictures.</param>
/// <param name="Difference">Sum of CIEDE2000 over the pixels.</param>
/// <param name="Colorfulness">Sum over the pictures.</param>
/// <param name="TrueColorfulness">Sum over the true pictures.</param>
/// <param name="Gap">Sum over the pictures of the colorfulness' distance from the true picture's.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MeasureSums(
    int Pictures,
    double Pixels,
    double Met,
    double WeightedMet,
    double Weights,
    double Psnr,
    double Difference,
    double Colorfulness,
    double TrueColorfulness,
    double Gap
)
{
    public static MeasureSums operator +(MeasureSums x, MeasureSums y) =>
        new(
            x.Pictures + y.Pictures,
            x.Pixels + y.Pixels,
            x.Met + y.Met,
            x.WeightedMet + y.WeightedMet,
            x.Weights + y.Weights,
            x.Psnr + y.Psnr,
            x.Difference + y.Difference,
            x.Colorfulness + y.Colorfulness,
            x.TrueColorfulness + y.TrueColorfulness,
            x.Gap + y.Gap
        );

    /// <exception cref="InvalidOperationException">There are no pictures.</exception>
    public MeasureSet Mean()
    {
        if (Pictures == 0)
            throw new InvalidOperationException("no picture was evaluated");
        return new MeasureSet(
            100 * Met / Pixels,
            100 * WeightedMet / Weights,
            Psnr / Pictures,
            Difference / Pixels,
            Colorfulness / Pictures,
            Gap / Pictures,
            (Colorfulness - TrueColorfulness) / Pictures
        );
    }

    public PictureMeasures ForOnePicture() =>
        new(
            (float)(100 * Met / Pixels),
            (float)(100 * WeightedMet / Weights),
            (float)Psnr,
            (float)(Difference / Pixels),
            (float)Colorfulness,
            (float)TrueColorfulness,
            (float)Weights
        );
}
