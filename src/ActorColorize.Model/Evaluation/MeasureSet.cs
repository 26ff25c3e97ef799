using System.Text.Json.Serialization;

namespace ActorColorize.Model.Evaluation;

/// <summary>The measures of one predictor over a set of pictures.</summary>
/// <param name="Auc">Area under the curve of the ab error over all pixels, %.</param>
/// <param name="AucRebalanced">The same with every pixel weighted by 1/p̃ of its true colour, %.</param>
/// <param name="Psnr">Mean of the pictures' PSNR over 8-bit RGB, dB.</param>
/// <param name="Ciede2000">Mean colour difference to the truth.</param>
/// <param name="Colorfulness">Mean of the pictures' colorfulness (Hasler–Süsstrunk).</param>
/// <param name="ColorfulnessGap">Mean of |colorfulness − the true picture's|, picture by picture.</param>
public sealed record MeasureSet(
    [property: JsonPropertyName("auc")] double Auc,
    [property: JsonPropertyName("auc_rebalanced")] double AucRebalanced,
    [property: JsonPropertyName("psnr")] double Psnr,
    [property: JsonPropertyName("ciede2000")] double Ciede2000,
    [property: JsonPropertyName("colorfulness")] double Colorfulness,
    [property: JsonPropertyName("colorfulness_gap")] double ColorfulnessGap);
