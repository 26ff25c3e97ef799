using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Color;

// Shapes: B pictures, H height, W width, 3 channels (R G B, X Y Z or L a b).

/// <summary>
/// sRGB to CIELAB and back, on the device. Matrix, white point (D65, 2° observer) and thresholds are those of scikit-image
/// (<c>skimage.color.rgb2lab</c>, <c>lab2rgb</c>): IEC 61966-2-1 and CIE 15, with L in 0..100 and a, b roughly in −110..110.
/// </summary>
public static class LabColor
{
    private const double WhiteX = 0.95047;
    private const double WhiteZ = 1.08883;
    private const double LinearSlope = 7.787;
    private const double LinearOffset = 16.0 / 116.0;
    private const double CubeThreshold = 0.008856;
    private const double InverseCubeThreshold = 0.2068966;
    private const double GammaThreshold = 0.04045;
    private const double InverseGammaThreshold = 0.0031308;

    private static readonly double[,] RgbToXyz =
    {
        { 0.412453, 0.357580, 0.180423 },
        { 0.212671, 0.715160, 0.072169 },
        { 0.019334, 0.119193, 0.950227 },
    };

    private static readonly double[,] XyzToRgb = Invert(RgbToXyz);

    private static readonly float[] LinearLight = [.. Enumerable.Range(0, 256).Select(static code => (float)Linear(code / 255.0))];

    /// <summary>CIELAB of 8-bit sRGB pictures.</summary>
    /// <param name="rgb_BHWC">uint8, [B, H, W, 3]; any strides.</param>
    /// <returns>float32, [B, 3, H, W]: L, a, b, on the same device.</returns>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    public static Tensor FromSrgb(Tensor rgb_BHWC)
    {
        using var scope = NewDisposeScope();
        var (red_BHW, green_BHW, blue_BHW) = LinearPlanes(rgb_BHWC);
        var x = CubeRoot(Row(RgbToXyz, 0, WhiteX, red_BHW, green_BHW, blue_BHW));
        var y = CubeRoot(Row(RgbToXyz, 1, 1, red_BHW, green_BHW, blue_BHW));
        var z = CubeRoot(Row(RgbToXyz, 2, WhiteZ, red_BHW, green_BHW, blue_BHW));
        var lab_B3HW = stack([y * K(116) - K(16), (x - y) * K(500), (y - z) * K(200)], 1);
        return lab_B3HW.MoveToOuterDisposeScope();
    }

    /// <summary>Lightness alone: the first plane of <see cref="FromSrgb"/>, at a third of its cost.</summary>
    /// <param name="rgb_BHWC">uint8, [B, H, W, 3]; any strides.</param>
    /// <returns>float32, [B, 1, H, W], 0..100.</returns>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    public static Tensor Lightness(Tensor rgb_BHWC)
    {
        using var scope = NewDisposeScope();
        var (red_BHW, green_BHW, blue_BHW) = LinearPlanes(rgb_BHWC);
        var y = CubeRoot(Row(RgbToXyz, 1, 1, red_BHW, green_BHW, blue_BHW));
        var lightness_B1HW = (y * K(116) - K(16)).unsqueeze(1);
        return lightness_B1HW.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Lightness as recorded by a film whose spectral response differs from the eye: L of the weighted sum of linear light.
    /// </summary>
    /// <param name="rgb_BHWC">uint8, [B, H, W, 3]; any strides.</param>
    /// <param name="response_B3">float32, [B, 3]: weights of linear red, green and blue of each picture, which add up to 1.</param>
    /// <returns>float32, [B, 1, H, W], 0..100.</returns>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    internal static Tensor Lightness(Tensor rgb_BHWC, Tensor response_B3)
    {
        using var scope = NewDisposeScope();
        var (red_BHW, green_BHW, blue_BHW) = LinearPlanes(rgb_BHWC);
        var response_3B11 = response_B3.t().unsqueeze(-1).unsqueeze(-1);
        var light_BHW = (red_BHW * response_3B11.select(0, 0))
            .Add(green_BHW * response_3B11.select(0, 1))
            .Add(blue_BHW * response_3B11.select(0, 2));
        var lightness_B1HW = (CubeRoot(light_BHW) * K(116) - K(16)).unsqueeze(1);
        return lightness_B1HW.MoveToOuterDisposeScope();
    }

    /// <summary>sRGB of CIELAB pictures. Colours outside the gamut are below 0 or above 1; they are not clamped.</summary>
    /// <param name="lab_B3HW">float32, [B, 3, H, W].</param>
    /// <returns>float32, [B, 3, H, W], 0..1 inside the gamut.</returns>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    public static Tensor ToSrgb(Tensor lab_B3HW)
    {
        ArgumentNullException.ThrowIfNull(lab_B3HW);
        if (lab_B3HW.dtype != ScalarType.Float32 || lab_B3HW.dim() != 4 || lab_B3HW.shape[1] != 3)
            throw new ArgumentException(
                $"expected float32 [B, 3, H, W], got {lab_B3HW.dtype} [{string.Join(", ", lab_B3HW.shape)}]",
                nameof(lab_B3HW)
            );
        using var scope = NewDisposeScope();
        var y = lab_B3HW.select(1, 0).Plus(K(16)) / K(116);
        var x = Cube(y.Plus(lab_B3HW.select(1, 1) / K(500))) * K(WhiteX);
        var z = Cube(y - lab_B3HW.select(1, 2) / K(200)) * K(WhiteZ);
        y = Cube(y);
        var rgb_B3HW = stack(
            [Gamma(Row(XyzToRgb, 0, 1, x, y, z)), Gamma(Row(XyzToRgb, 1, 1, x, y, z)), Gamma(Row(XyzToRgb, 2, 1, x, y, z))],
            1
        );
        return rgb_B3HW.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Linear light of the three channels. 8-bit codes have 256 values, so their gamma is a table, computed once in double precision.
    /// </summary>
    private static (Tensor Red_BHW, Tensor Green_BHW, Tensor Blue_BHW) LinearPlanes(Tensor rgb_BHWC)
    {
        ArgumentNullException.ThrowIfNull(rgb_BHWC);
        if (rgb_BHWC.dtype != ScalarType.Byte || rgb_BHWC.dim() != 4 || rgb_BHWC.shape[3] != 3)
            throw new ArgumentException(
                $"expected uint8 [B, H, W, 3], got {rgb_BHWC.dtype} [{string.Join(", ", rgb_BHWC.shape)}]",
                nameof(rgb_BHWC)
            );
        var table = tensor(LinearLight, device: rgb_BHWC.device);
        var codes_3BHW = rgb_BHWC.permute(3, 0, 1, 2).contiguous();
        var linear_3BHW = table.index_select(0, codes_3BHW.to(ScalarType.Int32).view(-1)).view(codes_3BHW.shape);
        return (linear_3BHW.select(0, 0), linear_3BHW.select(0, 1), linear_3BHW.select(0, 2));
    }

    private static Tensor Row(double[,] matrix, int row, double divisor, Tensor first, Tensor second, Tensor third) =>
        (first * K(matrix[row, 0] / divisor)).add_(second, K(matrix[row, 1] / divisor)).add_(third, K(matrix[row, 2] / divisor));

    private static Tensor CubeRoot(Tensor t) =>
        where(t > K(CubeThreshold), t.pow(K(1.0 / 3.0)), (t * K(LinearSlope)).Plus(K(LinearOffset)));

    private static Tensor Cube(Tensor t) => where(t > K(InverseCubeThreshold), t * t * t, (t - K(LinearOffset)) / K(LinearSlope));

    private static Tensor Gamma(Tensor linear) =>
        where(
            linear > K(InverseGammaThreshold),
            linear.clamp(min: K(InverseGammaThreshold)).pow(K(1 / 2.4)) * K(1.055) - K(0.055),
            linear * K(12.92)
        );

    private static double Linear(double code) => code > GammaThreshold ? Math.Pow((code + 0.055) / 1.055, 2.4) : code / 12.92;

    /// <summary>Inverse by cofactors.</summary>
    private static double[,] Invert(double[,] m)
    {
        double Cofactor(int row, int column)
        {
            int a = (row + 1) % 3,
                b = (row + 2) % 3,
                c = (column + 1) % 3,
                d = (column + 2) % 3;
            return m[a, c] * m[b, d] - m[a, d] * m[b, c];
        }

        var determinant = m[0, 0] * Cofactor(0, 0) + m[0, 1] * Cofactor(0, 1) + m[0, 2] * Cofactor(0, 2);
        var inverse = new double[3, 3];
        for (var row = 0; row < 3; row++)
        for (var column = 0; column < 3; column++)
            inverse[row, column] = Cofactor(column, row) / determinant;
        return inverse;
    }
}
