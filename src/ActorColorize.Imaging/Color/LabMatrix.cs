namespace ActorColorize.Imaging.Color;

/// <summary>
/// Conversion constants between linear sRGB and CIELAB (D65, 2° observer). White is the sum of the matrix's rows, so that equal red, green
/// and blue have a = b = 0 exactly; the usual rounded white (0.95047, 1, 1.08883) differs from it by 0.007 %, which is less than 0.01 in b.
/// </summary>
/// <remarks>
/// Sources: IEC 61966-2-1:1999 for the primaries, with the matrix of six digits that scikit-image uses; CIE 15:2018 for CIELAB.
/// </remarks>
internal static class LabMatrix
{
    /// <summary>Below this Y/Yn the lightness curve is a straight line.</summary>
    public const float LinearLimit = 216f / 24389f;

    /// <summary>The same on the curve's other side: 6/29.</summary>
    public const float RootLimit = 6f / 29f;

    /// <summary>Slope of the straight part.</summary>
    public const float Slope = 841f / 108f;

    /// <summary>Where the straight part begins.</summary>
    public const float Offset = 4f / 29f;

    private static readonly double[,] XyzOfRgb =
    {
        { 0.412453, 0.357580, 0.180423 },
        { 0.212671, 0.715160, 0.072169 },
        { 0.019334, 0.119193, 0.950227 },
    };

    private static readonly double[,] RgbOfXyz = Inverse(XyzOfRgb);

    /// <summary>Weights of red, green and blue in X/Xn.</summary>
    public static (float R, float G, float B) X { get; } = Weights(0);

    /// <summary>Weights of red, green and blue in the luminance Y.</summary>
    public static (float R, float G, float B) Y { get; } = Weights(1);

    /// <summary>Weights of red, green and blue in Z/Zn.</summary>
    public static (float R, float G, float B) Z { get; } = Weights(2);

    /// <summary>Contribution of X/Xn − Y to red, green and blue. It does not change the luminance.</summary>
    public static (float R, float G, float B) FromX { get; } = Shares(0);

    /// <summary>Contribution of Z/Zn − Y to red, green and blue.</summary>
    public static (float R, float G, float B) FromZ { get; } = Shares(2);

    private static double White(int row) => XyzOfRgb[row, 0] + XyzOfRgb[row, 1] + XyzOfRgb[row, 2];

    private static (float R, float G, float B) Weights(int row) =>
        ((float)(XyzOfRgb[row, 0] / White(row)), (float)(XyzOfRgb[row, 1] / White(row)), (float)(XyzOfRgb[row, 2] / White(row)));

    private static (float R, float G, float B) Shares(int column) =>
        (
            (float)(RgbOfXyz[0, column] * White(column)),
            (float)(RgbOfXyz[1, column] * White(column)),
            (float)(RgbOfXyz[2, column] * White(column))
        );

    private static double[,] Inverse(double[,] m)
    {
        var determinant = 0.0;
        for (var i = 0; i < 3; i++)
            determinant += m[0, i] * ((m[1, (i + 1) % 3] * m[2, (i + 2) % 3]) - (m[1, (i + 2) % 3] * m[2, (i + 1) % 3]));
        var inverse = new double[3, 3];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
            {
                // The cofactor with rows and columns taken cyclically carries its own sign.
                int r1 = (column + 1) % 3,
                    r2 = (column + 2) % 3,
                    c1 = (row + 1) % 3,
                    c2 = (row + 2) % 3;
                inverse[row, column] = ((m[r1, c1] * m[r2, c2]) - (m[r1, c2] * m[r2, c1])) / determinant;
            }
        }

        return inverse;
    }
}
