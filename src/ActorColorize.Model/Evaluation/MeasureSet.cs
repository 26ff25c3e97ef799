using System.Text.Json.Serialization;

namespace ActorColorize.Model.Evaluation;

/// <summary>The measures of one predictor over a set of pictures.</summary>
/// <param name="Auc">Area under the curve of the ab error over all pixels, %.</param>
/// <param name="AucRebalanced">The same with every pixel weighted by 1/p̃ of its true colour, %.</param>
/// <param name="Psnr">Mean of the pictures' PSNR over 8-bit RGB, dB.</param>
/// <param name="Ciede2000">Mean colour difference to the truth.</param>
/// <param name="Colorfulness">Mean of the pictures' colorfulness (Hasler–Süsstrunk).</param>
/// <param name="ColorfulnessGap">Mean of |colorfulness − the true picture's|, picture by picture.</param>
/// <param name="ColorfulnessDifference">Difference of the means: <paramref name="Colorfulness"/> − the mean of the true pictures. Below 0
/// the colours are duller than the truth.</param>
public sealed record MeasureSet(
    [property: JsonPropertyName("auc")] double Auc,
    [property: JsonPropertyName("auc_rebalanced")] double AucRebalanced,
    [property: JsonPropertyName("psnr")] double Psnr,
    [property: JsonPropertyName("ciede2000")] double Ciede2000,
    [property: JsonPropertyName("colorfulness")] double Colorfulness,
    [property: JsonPropertyName("colorfulness_gap")] double ColorfulnessGap,
    [property: JsonPropertyName("colorfulness_difference")] double ColorfulnessDifference
)
{
    /// <summary>The differences of all measures from another set.</summary>
    public MeasureSet Minus(MeasureSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new MeasureSet(
            Auc - other.Auc,
            AucRebalanced - other.AucRebalanced,
            Psnr - other.Psnr,
            Ciede2000 - other.Ciede2000,
            Colorfulness - other.Colorfulness,
            ColorfulnessGap - other.ColorfulnessGap,
            ColorfulnessDifference - other.ColorfulnessDifference
        );
    }
}
