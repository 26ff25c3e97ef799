using ActorColorize.Model.Color;
using TorchSharp;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Inference;

// Shapes: B pictures, H height, W width, h = H/4, w = W/4, Q bins.

/// <summary>Decodes distributions over colour bins to colours, and colours to pictures.</summary>
internal static class ColorDecoding
{
    /// <summary>Standard deviation of colours within a cell of the 10-unit grid, from its centre: 10·√(2/12).</summary>
    private const double CellSpread = 4.08;

    private const int MedianIterations = 8;

    /// <summary>
    /// Factor on the steps of Weiszfeld's iteration; it converges for factors below 2 (Ostresh, <i>On the convergence of a class of
    /// iterative methods for solving the Weber location problem</i>, 1978).
    /// </summary>
    private const double OverRelaxation = 1.7;

    /// <summary>
    /// Annealed mean (Zhang, Isola, Efros 2016, eq. 5): the mean colour under the distribution sharpened to p^(1/T). T = 1 is the mean,
    /// T → 0 the most probable bin, 0.38 the published balance between vivid and consistent.
    /// </summary>
    /// <param name="logits_BQhw">Scores of the bins, float32.</param>
    /// <param name="colors_2Q">Colour of every bin.</param>
    /// <param name="temperature">T, 0 or above.</param>
    /// <returns>ab in CIELAB units, float32 [B, 2, h, w].</returns>
    public static Tensor AnnealedMean(Tensor logits_BQhw, Tensor colors_2Q, double temperature)
    {
        using var scope = NewDisposeScope();
        var shape = logits_BQhw.shape;
        long batch = shape[0],
            height = shape[2],
            width = shape[3];
        if (temperature == 0)
        {
            var best_N = logits_BQhw.argmax(1).view(-1);
            var best_2Bhw = colors_2Q.index_select(1, best_N).view(2, batch, height, width);
            return best_2Bhw.transpose(0, 1).contiguous().MoveToOuterDisposeScope();
        }

        using var sharpness = temperature.ToScalar();
        var probability_BQN = (logits_BQhw / sharpness).softmax(1).view(batch, shape[1], height * width);
        var ab_B2N = matmul(colors_2Q, probability_BQN);
        return ab_B2N.view(batch, 2, height, width).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Weighted geometric median: the colour y that minimizes Σ wᵢ √(|y − cᵢ|² + s²), by Weiszfeld's iteration from the weighted mean
    /// (Weiszfeld, <i>Sur le point pour lequel la somme des distances de n points donnés est minimum</i>, 1937). s stands for the spread of
    /// colours within a bin, and keeps the iteration away from division by zero.
    /// </summary>
    /// <param name="weight_BQhw">Weights w of the bins, 0 or above, float32; need not add up to 1.</param>
    /// <param name="colors_2Q">Colours c of the bins.</param>
    /// <returns>ab in CIELAB units, float32 [B, 2, h, w].</returns>
    public static Tensor GeometricMedian(Tensor weight_BQhw, Tensor colors_2Q)
    {
        using var scope = NewDisposeScope();
        var shape = weight_BQhw.shape;
        var weight_BQN = weight_BQhw.view(shape[0], shape[1], shape[2] * shape[3]);
        // Rows a, b and 1: one product gives the weighted sums of the colours and the sum of the weights.
        var homogeneous_3Q = cat([colors_2Q, ones([1, shape[1]], device: colors_2Q.device)]);
        var squares_Q1 = colors_2Q.Squared().sum(0, keepdim: true).t().Add(K(CellSpread * CellSpread));
        var twice_Q2 = (colors_2Q * K(-2)).t().contiguous();
        var median_B2N = Mean(weight_BQN);
        for (var iteration = 0; iteration < MedianIterations; iteration++)
        {
            using var step = NewDisposeScope();
            // |y − c|² + s² = |c|² + s² − 2 c·y + |y|²
            var near_BQN = matmul(twice_Q2, median_B2N).Plus(squares_Q1).Plus(median_B2N.Squared().sum(1, keepdim: true));
            var step_B2N = Mean(near_BQN.clamp_min_(K(1)).rsqrt_().mul_(weight_BQN)).sub_(median_B2N).mul_(K(OverRelaxation));
            median_B2N = median_B2N.Plus(step_B2N).MoveToOuterDisposeScope();
        }

        return median_B2N.view(shape[0], 2, shape[2], shape[3]).MoveToOuterDisposeScope();

        Tensor Mean(Tensor weights_BQN)
        {
            using var one = NewDisposeScope();
            var sums_B3N = matmul(homogeneous_3Q, weights_BQN);
            return (sums_B3N.slice(1, 0, 2, 1) / sums_B3N.slice(1, 2, 3, 1).clamp_min(K(1e-30))).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Factor on chroma where a distribution is flat: min(1, E / H)², with H the entropy in nats of the distribution.</summary>
    /// <param name="probability_BQhw">Probabilities of the bins, float32.</param>
    /// <param name="sure">E, above 0.</param>
    /// <returns>float32 [B, 1, h, w], above 0 to 1.</returns>
    public static Tensor Sureness(Tensor probability_BQhw, double sure)
    {
        using var scope = NewDisposeScope();
        using var limit = sure.ToScalar();
        // p ln p of a bin with probability 0 is 0.
        var entropy_B1hw = probability_BQhw.clamp_min(K(1e-30)).log_().mul_(probability_BQhw).sum(1, keepdim: true).neg();
        var factor_B1hw = entropy_B1hw.clamp_min(limit).reciprocal().mul_(limit).Squared();
        return factor_B1hw.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Factor on chroma near black and white: min(1, L/t) · min(1, (100 − L) / (t/2)), from the mean lightness of a cell.
    /// </summary>
    /// <param name="lightness_B1HW">float32, 0..100.</param>
    /// <param name="taper">t, above 0.</param>
    /// <param name="cell">Pixels along a side of a cell.</param>
    /// <returns>float32 [B, 1, h, w], 0 to 1.</returns>
    public static Tensor Taper(Tensor lightness_B1HW, double taper, long cell)
    {
        using var scope = NewDisposeScope();
        using Scalar dark = taper.ToScalar(),
            light = (taper / 2).ToScalar();
        var mean_B1hw = nn.functional.avg_pool2d(lightness_B1HW, cell);
        var factor_B1hw = (mean_B1hw / dark).clamp_(K(0), K(1)).mul_((K(100).Minus(mean_B1hw) / light).clamp_(K(0), K(1)));
        return factor_B1hw.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Pictures with the given lightness and coarse colours, which are upsampled bilinearly; colours outside sRGB are clamped.
    /// </summary>
    /// <param name="lightness_B1HW">float32, 0..100.</param>
    /// <param name="ab_B2hw">float32, CIELAB units.</param>
    /// <returns>uint8, [B, H, W, 3].</returns>
    public static Tensor Paint(Tensor lightness_B1HW, Tensor ab_B2hw)
    {
        using var scope = NewDisposeScope();
        var size = lightness_B1HW.shape;
        var ab_B2HW = nn.functional.interpolate(ab_B2hw, [size[2], size[3]], mode: InterpolationMode.Bilinear, align_corners: false);
        var rgb_B3HW = LabColor.ToSrgb(cat([lightness_B1HW, ab_B2HW], 1)).clamp_(K(0), K(1)).mul_(K(255)).round_();
        return rgb_B3HW.permute(0, 2, 3, 1).to(ScalarType.Byte).contiguous().MoveToOuterDisposeScope();
    }
}
