using ActorColorize.Model.Networks;
using TorchSharp;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Devices;

// Shapes: B pictures, C input channels, O output channels, H×W input size, h×w output size, k kernel size, c and o groups of mixed
// channels.

/// <summary>
/// Checks the kernels of one convolution: draws random operands, runs them several times, and compares output and gradients with float64,
/// which LibTorch never dispatches to oneDNN.
/// </summary>
/// <remarks>
/// <para><b>Large layers.</b> The kernels always run on the real sizes, but a float64 convolution of a wide layer over a whole batch takes
/// many seconds. A
/// convolution is linear, so it commutes with mixing channels: for random r, Σₒ rₒ·output[o] = convolution(input, Σₒ rₒ·weight[o]), and
/// likewise for the
/// gradients (Freivalds' check of matrix products, 1977). Comparing a few mixtures costs a fraction of the reference, covers every element
/// of every picture,
/// and cannot miss a wrong channel unless errors cancel for random r. Small layers use one channel per mixture, that is: every element
/// itself.</para>
/// <para><b>Tolerance.</b> Operands are drawn independent with mean zero, so each result is a sum of K independent terms, near normal with
/// standard deviation σ.
/// (1) Rounding the result to its type with unit roundoff u errs by at most u·|value| ≤ 6uσ, as six deviations are exceeded once in 5·10⁸
/// values.
/// (2) Adding up in single precision, unit roundoff v = 2⁻²⁴: the partial sum after j terms has deviation σ√(j/K) and is rounded with
/// relative error at most v;
/// these errors are independent and add up to a deviation below v·σ·√(Σⱼ j/K) = v·σ·√(K/2), at most six times that.
/// Together 6(u + v√(K/2)), doubled for reasons of order (several roundings in a row, blocked sums). K is C·k² for the output, O·k² for the
/// input gradient,
/// B·h·w for weight and bias gradient. That is 4.7 % in bf16 and about 10⁻⁴ in single precision; a kernel that drops one channel of 512 is
/// off by
/// √(1/512) = 4.4 % on average and by five times that somewhere.</para>
/// </remarks>
internal sealed class ConvolutionCheck : IDisposable
{
    private const double Deviations = 6;
    private const double Safety = 2;
    private const double SingleRoundoff = 1.0 / (1 << 24);
    private const double HalfRoundoff = 1.0 / (1 << 8); // bf16: 8 significant bits

    /// <summary>
    /// Faulty bf16 kernels read out of bounds, so their results differ from run to run; a single correct run proves nothing. Layers of few
    /// channels, where they were found, are cheap and run more often.
    /// </summary>
    private const int Runs = 4;

    private const int RunsOfLargeLayers = 2;

    /// <summary>Operations of one pass above which a layer is treated as large.</summary>
    private const double LargeLayer = 4e9;

    /// <summary>
    /// Largest number of operations of one float64 reference convolution; above it, channels are mixed. Some 0.1 s on two cores.
    /// </summary>
    private const double ReferenceBudget = 2e9;

    /// <summary>Fewest mixtures.</summary>
    private const int LeastMixtures = 8;

    /// <summary>
    /// Largest float64 intermediate in elements (16 MB): larger blocks would be allocated from the system, and zeroed, at every call.
    /// </summary>
    private const long WorkingElements = 2 << 20;

    private readonly ConvolutionKey _key;
    private readonly ConvolutionOperands _operands;
    private readonly Tensor _outMixer_oO;
    private readonly Tensor _inMixer_cC;
    private readonly int _outHeight;
    private readonly int _outWidth;

    /// <param name="key">The convolution.</param>
    /// <param name="seed">Chooses operands and mixtures.</param>
    /// <param name="referenceBudget">Largest number of operations of one float64 reference convolution.</param>
    public ConvolutionCheck(in ConvolutionKey key, int seed, double referenceBudget = ReferenceBudget)
    {
        _key = key;
        _outHeight = OutputSide(key, key.Height);
        _outWidth = OutputSide(key, key.Width);
        // A separate generator: the global one belongs to training, which must not depend on whether a test ran.
        using var generator = new Generator((ulong)seed);
        using var scope = NewDisposeScope();
        _operands = Draw(generator);
        _outMixer_oO = Mixer(key.OutChannels, referenceBudget, generator);
        _inMixer_cC = Mixer(key.InChannels, referenceBudget, generator);
        // Disposed manually: a scope that outlived a failed constructor would capture later tensors.
        foreach (var tensor in Owned)
            tensor.DetachFromDisposeScope();
    }

    /// <summary>Largest deviation that rounding explains, relative to the root mean square.</summary>
    /// <param name="precision">Type of the result.</param>
    /// <param name="terms">K, products added up for one value.</param>
    public static double Tolerance(Precision precision, double terms)
    {
        var rounding = precision == Precision.Bf16 ? HalfRoundoff : SingleRoundoff;
        return Safety * Deviations * (rounding + SingleRoundoff * Math.Sqrt(terms / 2));
    }

    private Tensor[] Owned =>
        [_operands.Input_BCHW, _operands.Weight, _operands.Bias_O, _operands.OutputGradient_BOhw, _outMixer_oO, _inMixer_cC];

    /// <summary>Multiplications and additions of one pass.</summary>
    private double Operations =>
        2.0
        * _key.Batch
        * _key.InChannels
        * _key.OutChannels
        * _key.KernelSize
        * _key.KernelSize
        * (_key.Transposed ? (double)_key.Height * _key.Width : (double)_outHeight * _outWidth);

    private double OutputTolerance => Tolerance(_key.Precision, (double)_key.InChannels * _key.KernelSize * _key.KernelSize);

    private double InputGradientTolerance => Tolerance(_key.Precision, (double)_key.OutChannels * _key.KernelSize * _key.KernelSize);

    private double ParameterGradientTolerance => Tolerance(_key.Precision, (double)_key.Batch * _outHeight * _outWidth);

    /// <summary>Checks one route.</summary>
    public SelfTestVerdict Judge(IConvolutionRunner runner, ConvolutionRoute route)
    {
        using var scope = NewDisposeScope();
        using var first = runner.Run(_key, route, _operands);
        var worst = Reference(first);
        var runs = Operations >= LargeLayer ? RunsOfLargeLayers : Runs;
        for (var run = 1; run < runs; run++)
        {
            using var again = runner.Run(_key, route, _operands);
            foreach (var deviation in Repetition(first, again))
                worst = Worse(worst, deviation);
        }

        return new SelfTestVerdict(
            _key,
            route,
            worst.Error,
            worst.Tolerance,
            worst.Quantity,
            worst.Error <= worst.Tolerance,
            Cached: false
        );
    }

    public void Dispose()
    {
        foreach (var tensor in Owned)
            tensor.Dispose();
    }

    private static Deviation Worse(Deviation x, Deviation y) =>
        double.IsNaN(x.Error) ? x
        : double.IsNaN(y.Error) || y.Error / y.Tolerance > x.Error / x.Tolerance ? y
        : x;

    private static int OutputSide(in ConvolutionKey key, int side) =>
        key.Transposed
            ? (side - 1) * key.Stride - 2 * key.Padding + key.Dilation * (key.KernelSize - 1) + 1
            : (side + 2 * key.Padding - key.Dilation * (key.KernelSize - 1) - 1) / key.Stride + 1;

    /// <summary>
    /// Uniform in ±√3 has unit variance; weights are scaled so that outputs have it too. All values are exact in the key's precision.
    /// </summary>
    private ConvolutionOperands Draw(Generator generator)
    {
        var type = ConvolutionRoutes.ActivationType(_key.Precision);
        var terms = _key.InChannels * _key.KernelSize * _key.KernelSize / (_key.Transposed ? _key.Stride * _key.Stride : 1.0);
        long[] weightShape = _key.Transposed
            ? [_key.InChannels, _key.OutChannels, _key.KernelSize, _key.KernelSize]
            : [_key.OutChannels, _key.InChannels, _key.KernelSize, _key.KernelSize];
        return new ConvolutionOperands(
            Uniform([_key.Batch, _key.InChannels, _key.Height, _key.Width], type, 1, generator),
            Uniform(weightShape, type, 1 / Math.Sqrt(terms), generator).to(ScalarType.Float32),
            Uniform([_key.OutChannels], type, 1, generator).to(ScalarType.Float32),
            Uniform([_key.Batch, _key.OutChannels, _outHeight, _outWidth], type, 1, generator)
        );
    }

    private static Tensor Uniform(long[] shape, ScalarType type, double deviation, Generator generator)
    {
        using var scope = NewDisposeScope();
        var half = deviation * Math.Sqrt(3);
        using TorchSharp.Scalar width = (2 * half).ToScalar(),
            offset = half.ToScalar();
        return rand(shape, generator: generator).mul_(width).sub_(offset).to(type).MoveToOuterDisposeScope();
    }

    /// <summary>Rows of mixing factors, each over its own channels: the identity where the whole reference is affordable.</summary>
    private Tensor Mixer(int channels, double budget, Generator generator)
    {
        var mixtures = (int)Math.Clamp(channels * budget / Operations, Math.Min(LeastMixtures, channels), channels);
        if (mixtures == channels)
            return eye(channels, dtype: ScalarType.Float64);
        using var scope = NewDisposeScope();
        var channel = arange(K(0), K(channels), K(1), ScalarType.Int64);
        var mine = (channel.unsqueeze(0).remainder(K(mixtures)) == channel.narrow(0, 0, mixtures).unsqueeze(1)).to(ScalarType.Float64);
        var factors = rand([channels], ScalarType.Float64, generator: generator).mul_(K(0.5)).Add(K(0.5));
        var signs = rand([channels], ScalarType.Float64, generator: generator).sub_(K(0.5)).sign();
        return (mine * factors * signs).MoveToOuterDisposeScope();
    }

    /// <summary>Mixes one dimension: the channels of a tensor.</summary>
    private static Tensor Mix(Tensor mixer, Tensor values, int dimension)
    {
        var wide = values.to(ScalarType.Float64);
        // eye(n): nothing to mix.
        if (mixer.shape[0] == mixer.shape[1])
            return wide;
        return tensordot(mixer, wide, [1], [dimension]).movedim([0], [dimension]);
    }

    /// <summary>Compares a run with float64, picture by picture.</summary>
    private Deviation Reference(ConvolutionResults results)
    {
        using var scope = NewDisposeScope();
        using var withGradients = enable_grad();
        int outDimension = _key.Transposed ? 1 : 0,
            inDimension = 1 - outDimension;
        var weight = Mix(_outMixer_oO, _operands.Weight, outDimension).contiguous().requires_grad_(_key.NeedsGradient);
        var bias = Mix(_outMixer_oO, _operands.Bias_O, 0).contiguous().requires_grad_(_key.NeedsGradient);
        var backWeight = Mix(_inMixer_cC, _operands.Weight, inDimension).contiguous();
        var output = new Comparison();
        var inputGradient = new Comparison();
        var step = PicturesAtOnce();
        for (var start = 0; start < _key.Batch; start += step)
        {
            using var pictures = NewDisposeScope();
            var end = Math.Min(start + step, _key.Batch);
            Tensor Slice(Tensor t) => t.slice(0, start, end, 1);
            var expected = Convolve(Slice(_operands.Input_BCHW).to(ScalarType.Float64), weight, bias);
            using (no_grad())
                output.Add(Mix(_outMixer_oO, Slice(results.Output_BOhw), 1), expected);
            if (!_key.NeedsGradient)
                continue;

            var gradient = Slice(_operands.OutputGradient_BOhw);
            expected.backward([Mix(_outMixer_oO, gradient, 1).contiguous()]);
            if (results.InputGradient_BCHW is null)
                continue;
            using (no_grad())
                inputGradient.Add(
                    Mix(_inMixer_cC, Slice(results.InputGradient_BCHW), 1),
                    ConvolveBack(gradient.to(ScalarType.Float64), backWeight)
                );
        }

        var worst = output.Result("output", OutputTolerance);
        if (!_key.NeedsGradient)
            return worst;

        using var noGradients = no_grad();
        var weightGradient = new Comparison();
        weightGradient.Add(Mix(_outMixer_oO, results.WeightGradient!, outDimension), weight.grad!);
        var biasGradient = new Comparison();
        biasGradient.Add(Mix(_outMixer_oO, results.BiasGradient_O!, 0), bias.grad!);
        if (results.InputGradient_BCHW is not null)
            worst = Worse(worst, inputGradient.Result("input gradient", InputGradientTolerance));
        worst = Worse(worst, weightGradient.Result("weight gradient", ParameterGradientTolerance));
        return Worse(worst, biasGradient.Result("bias gradient", ParameterGradientTolerance));
    }

    /// <summary>Difference of a repeated run from the first; correct kernels agree within rounding.</summary>
    private IEnumerable<Deviation> Repetition(ConvolutionResults first, ConvolutionResults again)
    {
        yield return Difference("output, differs from run to run", first.Output_BOhw, again.Output_BOhw, OutputTolerance);
        if (!_key.NeedsGradient)
            yield break;
        if (first.InputGradient_BCHW is not null && again.InputGradient_BCHW is not null)
            yield return Difference(
                "input gradient, differs from run to run",
                first.InputGradient_BCHW,
                again.InputGradient_BCHW,
                InputGradientTolerance
            );
        yield return Difference(
            "weight gradient, differs from run to run",
            first.WeightGradient!,
            again.WeightGradient!,
            ParameterGradientTolerance
        );
        yield return Difference(
            "bias gradient, differs from run to run",
            first.BiasGradient_O!,
            again.BiasGradient_O!,
            ParameterGradientTolerance
        );

        static Deviation Difference(string quantity, Tensor x, Tensor y, double tolerance)
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            if (x.eq(y).all().item<bool>())
                return new Deviation(quantity, 0, tolerance);
            var comparison = new Comparison();
            comparison.Add(y.to(ScalarType.Float32), x.to(ScalarType.Float32));
            return comparison.Result(quantity, tolerance);
        }
    }

    /// <summary>Pictures per reference convolution: its columns, k² copies of the input, are the largest intermediate.</summary>
    private int PicturesAtOnce()
    {
        var area = (long)_key.KernelSize * _key.KernelSize;
        var inside = (long)_key.Height * _key.Width;
        var outside = (long)_outHeight * _outWidth;
        var forward = area * (_key.Transposed ? _outMixer_oO.shape[0] * inside : _key.InChannels * outside);
        var back = area * (_key.Transposed ? _key.OutChannels * inside : _inMixer_cC.shape[0] * outside);
        var ends = Math.Max(_key.InChannels * inside, _key.OutChannels * outside);
        return (int)Math.Clamp(WorkingElements / Math.Max(ends, Math.Max(forward, back)), 1, _key.Batch);
    }

    private Tensor Convolve(Tensor input, Tensor weight, Tensor bias)
    {
        long[] stride = [_key.Stride, _key.Stride],
            padding = [_key.Padding, _key.Padding],
            dilation = [_key.Dilation, _key.Dilation];
        return _key.Transposed
            ? nn.functional.conv_transpose2d(input, weight, bias, strides: stride, padding: padding, dilation: dilation)
            : nn.functional.conv2d(input, weight, bias, strides: stride, padding: padding, dilation: dilation);
    }

    /// <summary>
    /// The gradient of the input: the adjoint of a convolution is the transposed convolution with the same weight, and vice versa.
    /// </summary>
    private Tensor ConvolveBack(Tensor gradient, Tensor weight)
    {
        long[] stride = [_key.Stride, _key.Stride],
            padding = [_key.Padding, _key.Padding],
            dilation = [_key.Dilation, _key.Dilation];
        if (_key.Transposed)
            return nn.functional.conv2d(gradient, weight, strides: stride, padding: padding, dilation: dilation);
        // A strided convolution leaves rows at the end that no output depends on; the transposed one must be given their number.
        long Rest(int side) => (side + 2 * _key.Padding - _key.Dilation * (_key.KernelSize - 1) - 1) % _key.Stride;
        return nn.functional.conv_transpose2d(
            gradient,
            weight,
            strides: stride,
            padding: padding,
            output_padding: [Rest(_key.Height), Rest(_key.Width)],
            dilation: dilation
        );
    }

    private readonly record struct Deviation(string Quantity, double Error, double Tolerance);

    /// <summary>Accumulates the largest difference and the magnitude of the reference.</summary>
    private sealed class Comparison
    {
        private double _largest;
        private double _squares;
        private double _count;

        public void Add(Tensor actual, Tensor expected)
        {
            using var scope = NewDisposeScope();
            // Math.Max lets NaN through, as max does.
            _largest = Math.Max(_largest, (actual - expected).abs().max().to(ScalarType.Float64).item<double>());
            _squares += expected.Squared().sum(type: ScalarType.Float64).item<double>();
            _count += expected.NumberOfElements;
        }

        public Deviation Result(string quantity, double tolerance) => new(quantity, _largest / Math.Sqrt(_squares / _count), tolerance);
    }
}
