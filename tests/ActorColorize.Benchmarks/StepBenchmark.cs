using System.Diagnostics;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using static TorchSharp.torch;

namespace ActorColorize.Benchmarks;

/// <summary>
/// Where the time of a training step goes: each group of convolutions beside the rate of a large matrix product in the same precision,
/// then loss, optimizer and the rest. The product is that of the faster of LibTorch's two libraries: as matrices, and as a convolution of
/// 1×1, which oneDNN computes.
/// </summary>
internal sealed class StepBenchmark
{
    /// <summary>Height of the picture that stands for a matrix.</summary>
    private const int PictureHeight = 32;

    /// <summary>Products of a forward pass and of the two gradients.</summary>
    private const int Passes = 3;

    private const double Giga = 1e9;
    private const double Milli = 1e-3;

    /// <summary>Sides of the square matrices whose fastest product is the limit.</summary>
    private static readonly int[] MatrixSides = [512, 1024, 2048];

    private readonly TrainingConfiguration _configuration;
    private readonly ColorPrior _prior;
    private readonly ComputeSettings _compute;
    private readonly int _rounds;

    private StepBenchmark(TrainingConfiguration configuration, ColorPrior prior, ComputeSettings compute, int rounds)
    {
        _configuration = configuration;
        _prior = prior;
        _compute = compute;
        _rounds = rounds;
    }

    /// <summary>Prints one table: medians of the rounds.</summary>
    /// <param name="configuration">Network, batch and side of the pictures.</param>
    /// <param name="prior">Colours of the pictures.</param>
    /// <param name="rgb_BHWC">A batch of pictures, 8-bit sRGB.</param>
    /// <param name="precision">Of the activations.</param>
    /// <param name="threads">Of LibTorch.</param>
    /// <param name="rounds">Measurements of each part.</param>
    public static void Run(
        TrainingConfiguration configuration,
        ColorPrior prior,
        byte[] rgb_BHWC,
        Precision precision,
        int threads,
        int rounds
    ) =>
        new StepBenchmark(
            configuration,
            prior,
            new ComputeSettings(
                CPU,
                precision,
                new ConvolutionSelfTest(CPU, threads, ConvolutionSelfTest.DefaultCacheFolder).NewPlan(),
                threads
            ),
            rounds
        ).Run(rgb_BHWC);

    private void Run(byte[] rgb_BHWC)
    {
        var (batch, side) = (_configuration.BatchSize, _configuration.ImageSize);
        var shape = _configuration.Shape(0);
        var limit = MatrixSides.Max(matrix => 2.0 * matrix * matrix * matrix / Product(matrix) / Giga);
        Console.WriteLine(
            $"step: {shape}, batch {batch}, {side}x{side}, {_compute.Precision}, {_compute.Threads} threads; limit: the fastest product of "
                + $"square matrices, {limit:N0} GFLOP/s"
        );
        Console.WriteLine($"  {"part", -28} {"ms", 8} {"share", 6} {"GFLOP/s", 8} {"of the limit", 12}");

        using var session = new TrainingSession(_configuration, _prior, seed: 1, _compute);
        var step = Seconds(() => session.Train(rgb_BHWC, batch, side));
        var (seconds, operations) = (0.0, 0.0);
        var size = side;
        foreach (var group in NetworkLayout.Of(shape))
        {
            var (groupSeconds, groupOperations) = (0.0, 0.0);
            var name = $"{group.Name}, {string.Join("-", group.Convolutions.Select(static spec => spec.OutChannels))}, {size}x{size}";
            foreach (var spec in group.Convolutions)
            {
                groupSeconds += Seconds(spec, batch, size);
                groupOperations += Operations(spec, batch, size);
                size = spec.OutputSide(size);
            }

            Print(name, groupSeconds, groupOperations);
            (seconds, operations) = (seconds + groupSeconds, operations + groupOperations);
        }

        Print("all convolutions", seconds, operations);
        var (loss, optimizer) = (Loss(batch, size), Optimizer(shape));
        Print("loss and its gradient", loss, null);
        Print("optimizer", optimizer, null);
        Print("batch norm, ReLU, targets, …", step - seconds - loss - optimizer, null);
        Print("the whole step", step, operations);
        Console.WriteLine($"  {batch / step:N0} images/s");
        Console.WriteLine();

        void Print(string part, double seconds, double? operations) =>
            Console.WriteLine(
                $"  {part, -28} {seconds / Milli, 8:N1} {seconds / step, 6:P0}"
                    + (operations is { } count ? $" {count / seconds / Giga, 8:N0} {count / seconds / Giga / limit, 12:P0}" : "")
            );
    }

    /// <summary>Seconds of the fastest product of two square matrices.</summary>
    private double Product(int matrix)
    {
        var type = ConvolutionRoutes.ActivationType(_compute.Precision);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var a = rand([matrix, matrix], dtype: type);
        var b = rand([matrix, matrix], dtype: type);
        // The same product: the columns of b are the positions of a picture with one channel for each row.
        var (picture, kernel) = (b.view(1, matrix, PictureHeight, -1), a.view(matrix, matrix, 1, 1));
        return Math.Min(Times(() => mm(a, b).Dispose()).Min(), Times(() => nn.functional.conv2d(picture, kernel).Dispose()).Min());
    }

    /// <summary>A convolution with both gradients, by the code that the network runs.</summary>
    private double Seconds(ConvolutionSpec spec, int batch, int size)
    {
        var key = new ConvolutionKey(
            batch,
            spec.InChannels,
            size,
            size,
            spec.OutChannels,
            spec.KernelSize,
            spec.Stride,
            spec.Padding,
            spec.Dilation,
            spec.Transposed,
            _compute.Precision,
            NeedsGradient: true
        );
        var type = ConvolutionRoutes.ActivationType(_compute.Precision);
        var after = spec.OutputSide(size);
        using var scope = NewDisposeScope();
        var operands = new ConvolutionOperands(
            randn([batch, spec.InChannels, size, size], dtype: type),
            randn(spec.WeightShape),
            randn([spec.OutChannels]),
            randn([batch, spec.OutChannels, after, after], dtype: type)
        );
        var runner = new NetworkConvolutionRunner();
        var route = _compute.Plan.RouteFor(key);
        return Seconds(() => runner.Run(key, route, operands).Dispose());
    }

    /// <summary>
    /// Floating-point operations of a convolution and its gradients, without those on padding. The first layer needs no gradient of its
    /// input.
    /// </summary>
    private static double Operations(ConvolutionSpec spec, int batch, int size)
    {
        // A transposed convolution has the taps of the convolution that leads back.
        var (outputs, inputs) = spec.Transposed ? (size, spec.OutputSide(size)) : (spec.OutputSide(size), size);
        var taps = 0.0;
        for (var output = 0; output < outputs; output++)
        for (var tap = 0; tap < spec.KernelSize; tap++)
        {
            var input = output * spec.Stride - spec.Padding + tap * spec.Dilation;
            if (input >= 0 && input < inputs)
                taps++;
        }

        var passes = spec.InChannels == 1 ? Passes - 1 : Passes;
        return 2 * passes * batch * taps * taps * spec.InChannels * spec.OutChannels;
    }

    private double Loss(int batch, int size)
    {
        using var scope = NewDisposeScope();
        using var objective = new ColorObjective(_configuration.Colors, _prior, CPU);
        var targets = objective.Targets(randn([batch, 2, size, size]) * 20);
        var logits_BQhw = randn([batch, objective.Bins.Count, size, size]).requires_grad_(true);
        return Seconds(() =>
        {
            using var inner = NewDisposeScope();
            ColorizationLoss.Sum(logits_BQhw, targets).backward();
            logits_BQhw.grad!.zero_();
        });
    }

    private double Optimizer(NetworkShape shape)
    {
        using var network = new ColorizationNetwork(shape, _configuration.Colors.ToBins(), seed: 1, _compute);
        using var gradients = network.Parameters.Twin();
        using var optimizer = new AdamOptimizer(network.Parameters, gradients, _configuration.Adam);
        return Seconds(() => optimizer.Update(_configuration.LearningRate));
    }

    private double Seconds(Action work) => Times(work).Order().ElementAt(_rounds / 2);

    private double[] Times(Action work)
    {
        work();
        var seconds = new double[_rounds];
        for (var round = 0; round < _rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            work();
            seconds[round] = clock.Elapsed.TotalSeconds;
        }

        return seconds;
    }
}
