using System.Runtime.InteropServices;

namespace ActorColorize.Model.Evaluation;

/// <summary>The measures of one picture, compact enough to keep for every picture of a large set (28 bytes).</summary>
/// <param name="Auc">Area under the curve of the ab error, %.</param>
/// <param name="AucRebalanced">The same with every pixel weighted by 1/p̃ of its true colour, %.</param>
/// <param name="Psnr">dB.</param>
/// <param name="Ciede2000">Mean over the pixels.</param>
/// <param name="Colorfulness">Hasler–Süsstrunk.</param>
/// <param name="TrueColorfulness">The same of the true picture.</param>
/// <param name="Weight">Sum of its pixels' weights in the rebalanced AuC: a picture with rare colours weighs more.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PictureMeasures(
    float Auc,
    float AucRebalanced,
    float Psnr,
    float Ciede2000,
    float Colorfulness,
    float TrueColorfulness,
    float Weight
);
