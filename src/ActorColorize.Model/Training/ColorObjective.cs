using ActorColorize.Model.Color;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

// Shapes: B pictures, h and w a quarter of the pictures' sides, Q bins, K neighbours.

/// <summary>The targets of a batch.</summary>
/// <param name="Bin_BKhw">int64: the bins of each pixel's soft target, nearest first.</param>
/// <param name="Mass_BKhw">float32: the pixel's weight × the bin's share.</param>
/// <param name="Weight_Bhw">float32: the pixel's weight.</param>
internal sealed record ColorTargets(Tensor Bin_BKhw, Tensor Mass_BKhw, Tensor Weight_Bhw)
{
    /// <summary>The targets of some of the pictures.</summary>
    public ColorTargets Narrow(int first, int count) =>
        count == Bin_BKhw.shape[0]
            ? this
            : new ColorTargets(Bin_BKhw.narrow(0, first, count), Mass_BKhw.narrow(0, first, count), Weight_Bhw.narrow(0, first, count));
}

/// <summary>
/// The colour bins of a network and their weights. The two published profiles differ only in these: the seed's hard 18×18 bins weighted by
/// −ln q (Lu and Liu 2017), and 313 in-gamut bins with soft targets and rebalanced weights (Zhang, Isola, Efros 2016).
/// </summary>
internal sealed class ColorObjective : IDisposable
{
    /// <summary>
    /// A picture whose a and b are below this everywhere is treated as grey: its weight is 0 (Zhang, Isola, Efros 2016, published code).
    /// </summary>
    private const double LeastChroma = 5;

    private readonly ColorConfiguration _configuration;
    private readonly Tensor _weights_Q;

    /// <exception cref="ArgumentException">The prior has other bins, or is empty.</exception>
    public ColorObjective(ColorConfiguration configuration, ColorPrior prior, Device device)
    {
        _configuration = configuration;
        Bins = configuration.ToBins();
        if (prior.Counts.Length != Bins.Count)
            throw new ArgumentException($"the colour prior has {prior.Counts.Length} bins, expected {Bins.Count}", nameof(prior));
        Weights =
            configuration.Weights == ColorConfiguration.NegativeLog
                ? ClassWeights.NegativeLog(prior)
                : ClassWeights.Rebalanced(prior, Bins, configuration.Lambda);
        BestConstant = TrivialBaseline.BestDistribution(
            configuration.Neighbours > 1 ? SmoothedPrior.Of(prior, Bins) : prior.Shares,
            prior.TotalPixels,
            Weights
        );
        Statistics = new ColorStatistics(Bins.Name, SmoothedPrior.Of(prior, Bins), Weights);
        _weights_Q = tensor(Weights, device: device).DetachFromDisposeScope();
    }

    public ColorBins Bins { get; }

    /// <summary>Weight of every bin in the loss.</summary>
    public float[] Weights { get; }

    /// <summary>The statistics stored with the weights.</summary>
    public ColorStatistics Statistics { get; }

    /// <summary>The best constant prediction.</summary>
    public double[] BestConstant { get; }

    /// <summary>Targets for true colours.</summary>
    /// <param name="truth_B2hw">float32, CIELAB units.</param>
    public ColorTargets Targets(Tensor truth_B2hw)
    {
        using var scope = NewDisposeScope();
        var (bin_BKhw, share_BKhw) = Bins.Encode(truth_B2hw, _configuration.Neighbours);
        var nearest_Bhw = bin_BKhw.select(1, 0);
        var weight_Bhw = _weights_Q.index_select(0, nearest_Bhw.reshape(-1)).view(nearest_Bhw.shape);
        if (_configuration.LeavesOutGrey)
        {
            var hasColor_B111 = truth_B2hw.abs().amax([1, 2, 3], keepdim: true).gt(K(LeastChroma));
            weight_Bhw = weight_Bhw * hasColor_B111.squeeze(1);
        }

        var mass_BKhw = share_BKhw * weight_Bhw.unsqueeze(1);
        return new ColorTargets(
            bin_BKhw.MoveToOuterDisposeScope(),
            mass_BKhw.MoveToOuterDisposeScope(),
            weight_Bhw.MoveToOuterDisposeScope()
        );
    }

    /// <summary>Per bin, the sum over the pixels of weight × share, on the host.</summary>
    public double[] MassPerBin(ColorTargets targets)
    {
        using var scope = NewDisposeScope();
        var mass_Q = zeros(Bins.Count, dtype: ScalarType.Float64, device: targets.Mass_BKhw.device);
        mass_Q.index_add_(0, targets.Bin_BKhw.reshape(-1), targets.Mass_BKhw.reshape(-1).to(ScalarType.Float64), K(1));
        return mass_Q.cpu().data<double>().ToArray();
    }

    public void Dispose() => _weights_Q.Dispose();
}
