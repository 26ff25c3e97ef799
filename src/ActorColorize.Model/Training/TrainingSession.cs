using ActorColorize.Data.Sampling;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Protocol;
using TorchSharp;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Training;

// Shapes: B pictures, H height, W width, h = H/4, w = W/4, Q bins, K neighbours, S scenes.

/// <summary>
/// A network in training: owns weights, optimizer and statistics, and takes batches of pictures in managed memory. Synchronous; must be
/// used from a single thread.
/// </summary>
/// <remarks>
/// Micro-batches of a step are weighted by their share of the whole batch's pixels, so the gradient is that of the per-pixel mean over the
/// batch. Batch norm takes its statistics within a micro-batch, so a batch split into micro-batches differs from an undivided one in these
/// statistics. Recomputing (<see cref="StepMemory.Recomputes"/>) is bit-exact. On a CPU, with the same number of threads, equal state and
/// equal batches give equal bits.
/// </remarks>
public sealed class TrainingSession : IDisposable
{
    /// <summary>Temperature of the annealed mean for a session's painted pictures (Zhang, Isola, Efros 2016).</summary>
    public const double DefaultTemperature = 0.38;

    private readonly TrainingConfiguration _configuration;
    private readonly ComputeSettings _compute;
    private readonly ColorObjective _objective;
    private readonly ColorizationNetwork _network;
    private readonly FlatBuffer _gradients;
    private readonly AdamOptimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly ulong _seed;
    private readonly PictureBuffer _buffer;
    private readonly Tensor _statisticsBefore;
    private long _batchesBefore;
    private bool _statisticsTouched;
    private bool _updating;

    /// <param name="configuration">Network, batch, optimizer and schedule.</param>
    /// <param name="prior">Colours of the training set, from which the class weights are computed.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <param name="compute">Device, precision, routes and threads.</param>
    /// <param name="categories">The number of label categories, which the scene head, if configured, predicts.</param>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    /// <exception cref="ArgumentException">The prior has other bins, or is empty.</exception>
    public TrainingSession(TrainingConfiguration configuration, ColorPrior prior, ulong seed, ComputeSettings compute, int categories = 0)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(prior);
        ArgumentNullException.ThrowIfNull(compute);
        configuration.Validate();
        _configuration = configuration;
        _compute = compute;
        _seed = seed;
        Memory = new StepMemory(configuration.MicroBatchSize, Recomputes: false);
        set_num_threads(compute.Threads);
        _objective = new ColorObjective(configuration.Colors, prior, compute.Device);
        _network = new ColorizationNetwork(configuration.Shape(categories), _objective.Bins, seed, compute);
        _network.StartFrom(_objective.BestConstant);
        _gradients = _network.Parameters.Twin();
        foreach (var (name, parameter) in _network.TrainedParameters)
        {
            using var view = _gradients.View(name);
            parameter.grad = view;
        }

        _optimizer = new AdamOptimizer(_network.Parameters, _gradients, configuration.Adam);
        if (configuration.EmaDecay > 0)
            _average = new WeightAverage(_network, configuration.EmaDecay, compute);
        _buffer = new PictureBuffer(compute.Device);
        _statisticsBefore = zeros_like(_network.Statistics.All).DetachFromDisposeScope();
    }

    /// <summary>Steps done so far, including skipped ones.</summary>
    public long CompletedSteps { get; private set; }

    /// <summary>How a step fits into the device's memory; initially as configured.</summary>
    public StepMemory Memory { get; set; }

    /// <summary>Factor on the schedule's learning rate, for the next step.</summary>
    public double LearningRateFactor { get; set; } = 1;

    /// <summary>The fault to inject into the next attempted step, which clears it. Null without fault injection.</summary>
    public StepFault? Injection { get; set; }

    /// <summary>Sizes of the network.</summary>
    public NetworkShape Shape => _network.Shape;

    /// <summary>The network for inference: the moving average if there is one.</summary>
    private ColorizationNetwork Result => _average?.Network ?? _network;

    /// <summary>Weight of every bin in the loss.</summary>
    public float[] ClassWeights => _objective.Weights;

    /// <summary>Colours of the training set and their weights, stored with the network.</summary>
    public ColorStatistics Colors => _objective.Statistics;

    /// <summary>One step of the optimizer on a batch. A non-finite loss or gradient changes nothing but the step count.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each, a multiple of 16.</param>
    /// <param name="labels_B">Category of each picture, −1 for none; may be empty without a scene head.</param>
    /// <param name="lightness_B">The lightness curve of each picture's input; null or empty for none. The target colours are
    /// unchanged.</param>
    /// <param name="films_B">The film look of each picture's input; null or empty for none, a null entry for an unchanged picture.</param>
    /// <exception cref="ArgumentException">A span has another length, or the side does not fit.</exception>
    public StepResult Train(
        ReadOnlySpan<byte> rgb_BHWC,
        int batch,
        int side,
        ReadOnlySpan<int> labels_B = default,
        IReadOnlyList<LightnessCurve>? lightness_B = null,
        IReadOnlyList<FilmLook?>? films_B = null
    )
    {
        var result = TryTrain(rgb_BHWC, batch, side, labels_B, lightness_B, films_B);
        if (result.Skipped)
            Skip();
        return result;
    }

    /// <summary>
    /// As <see cref="Train"/>, but a non-finite loss or gradient changes nothing at all: the same step can be retried, or skipped with
    /// <see cref="Skip"/>. After an exception, <see cref="TryRewind"/> tells whether the step can be retried.
    /// </summary>
    /// <returns>What the step did; a skipped step has the number that it would have had.</returns>
    public StepResult TryTrain(
        ReadOnlySpan<byte> rgb_BHWC,
        int batch,
        int side,
        ReadOnlySpan<int> labels_B = default,
        IReadOnlyList<LightnessCurve>? lightness_B = null,
        IReadOnlyList<FilmLook?>? films_B = null
    )
    {
        FilmSimulation.Require(films_B, batch);
        using var scope = NewDisposeScope();
        _network.train();
        var pictures_BHWC = Take(_network, rgb_BHWC, batch, side);
        var bend = LightnessBend.For(lightness_B, batch, _compute.Device);
        var learningRate = LearningRateSchedule.At(_configuration, CompletedSteps) * LearningRateFactor;
        var pixels = Pixels(batch, side);
        _batchesBefore = _network.BatchesTracked;
        _statisticsBefore.copy_(_network.Statistics.All);
        _statisticsTouched = true;
        _gradients.All.zero_();

        // Loss and weights of the whole batch stay on the device until the end, so that each step has a single readback.
        var sums = zeros(2, dtype: ScalarType.Float64, device: _compute.Device);
        using var share = (1.0 / pixels).ToScalar();
        var scenes = SceneTargets.For(labels_B, batch, Shape.Scenes, _configuration.SceneWeight);
        for (var first = 0; first < batch; first += Memory.MicroBatchSize)
            AddGradients(pictures_BHWC, first, Math.Min(Memory.MicroBatchSize, batch - first), films_B, bend, scenes, share, sums);

        var gradientNorm = _gradients.All.norm().Number();
        var read = sums.cpu().data<double>();
        double lossSum = read[0],
            weightSum = read[1];
        var skipped = !double.IsFinite(lossSum) || !double.IsFinite(gradientNorm);
        if (skipped)
        {
            RestoreStatistics();
        }
        else
        {
            _updating = true;
            Clip(gradientNorm);
            _optimizer.Update(learningRate);
            _average?.Update(_network);
            CompletedSteps++;
            (_updating, _statisticsTouched) = (false, false);
        }

        return new StepResult(
            skipped ? CompletedSteps + 1 : CompletedSteps,
            lossSum,
            lossSum / pixels,
            lossSum / weightSum,
            gradientNorm,
            learningRate,
            batch,
            skipped
        );
    }

    /// <summary>Counts a skipped step: its batch is not used.</summary>
    /// <returns>The step, without measures.</returns>
    public StepResult Skip()
    {
        var learningRate = LearningRateSchedule.At(_configuration, CompletedSteps) * LearningRateFactor;
        CompletedSteps++;
        return new StepResult(CompletedSteps, double.NaN, double.NaN, double.NaN, double.NaN, learningRate, 0, Skipped: true);
    }

    /// <summary>
    /// Rolls back a step that threw, so that it can be retried. False if it failed during the weight update: then only a saved state can be
    /// restored.
    /// </summary>
    public bool TryRewind()
    {
        if (_updating)
            return false;
        RestoreStatistics();
        return true;
    }

    /// <summary>Loss and chroma of a batch in evaluation mode; has no side effects.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each, a multiple of 16.</param>
    /// <param name="labels_B">Category of each picture, −1 for none; may be empty.</param>
    /// <returns>Sums, to be added up over batches.</returns>
    /// <exception cref="ArgumentException">A span has another length, or the side does not fit.</exception>
    public ValidationResult Validate(ReadOnlySpan<byte> rgb_BHWC, int batch, int side, ReadOnlySpan<int> labels_B = default)
    {
        using var scope = NewDisposeScope();
        Result.eval();
        var pictures_BHWC = Take(Result, rgb_BHWC, batch, side);
        var colors_2Q = Result.BinColors_2Q();
        var result = new ValidationResult(0, 0, 0, new long[_objective.Bins.Count], new double[_objective.Bins.Count], 0, 0);
        var scenes = SceneTargets.For(labels_B, batch, Shape.Scenes, _configuration.SceneWeight);
        for (var first = 0; first < batch; first += Memory.Piece)
        {
            var count = Math.Min(Memory.Piece, batch - first);
            using var microScope = NewDisposeScope();
            using var frozen = no_grad();
            var (lightness_B1HW, targets, truth_B2hw) = Targets(pictures_BHWC, first, count);
            var (logits_BQhw, scenes_BS) = Result.ForwardWithScenes(lightness_B1HW);
            var (labelled, right) = scenes_BS is not null && scenes is not null ? scenes.Recognised(scenes_BS, first, count) : (0, 0);
            var ab_B2hw = ColorDecoding.AnnealedMean(logits_BQhw, colors_2Q, DefaultTemperature);
            result += new ValidationResult(
                count,
                Pixels(count, side),
                ColorizationLoss.Sum(logits_BQhw, targets).Number(),
                targets.Bin_BKhw.select(1, 0).reshape(-1).bincount(null, _objective.Bins.Count).cpu().data<long>().ToArray(),
                _objective.MassPerBin(targets),
                ChromaSum(ab_B2hw),
                ChromaSum(truth_B2hw),
                labelled,
                right,
                Counted(ab_B2hw),
                Counted(truth_B2hw)
            );
        }

        return result;
    }

    /// <summary>The pictures with the network's colours and their own lightness.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each, a multiple of 16.</param>
    /// <param name="temperature">Of the annealed mean: 0 takes the most probable bin, 1 the mean.</param>
    /// <returns>8-bit sRGB of the same size, [B, H, W, 3].</returns>
    /// <exception cref="ArgumentException">The span has another length, the side does not fit, or the temperature is negative or not a
    /// number.</exception>
    public byte[] Paint(ReadOnlySpan<byte> rgb_BHWC, int batch, int side, double temperature = DefaultTemperature)
    {
        if (!(temperature >= 0 && double.IsFinite(temperature)))
            throw new ArgumentException($"temperature is {temperature}: it must be 0 or above", nameof(temperature));
        using var scope = NewDisposeScope();
        Result.eval();
        var pictures_BHWC = Take(Result, rgb_BHWC, batch, side);
        var colors_2Q = Result.BinColors_2Q();
        var painted = new byte[rgb_BHWC.Length];
        for (var first = 0; first < batch; first += Memory.Piece)
        {
            var count = Math.Min(Memory.Piece, batch - first);
            using var microScope = NewDisposeScope();
            using var frozen = no_grad();
            var lightness_B1HW = LabColor.Lightness(pictures_BHWC.narrow(0, first, count).to(_compute.Device));
            var ab_B2hw = ColorDecoding.AnnealedMean(Result.call(lightness_B1HW), colors_2Q, temperature);
            ColorDecoding.Paint(lightness_B1HW, ab_B2hw).cpu().bytes.CopyTo(painted.AsSpan(first * side * side * 3));
        }

        return painted;
    }

    /// <summary>The pictures without colour, as the network sees them.</summary>
    /// <param name="rgb_BHWC">8-bit sRGB.</param>
    /// <param name="batch">Pictures.</param>
    /// <param name="side">Height and width of each, a multiple of 16.</param>
    /// <returns>8-bit sRGB of the same size and luminance, [B, H, W, 3].</returns>
    public byte[] PaintGrey(ReadOnlySpan<byte> rgb_BHWC, int batch, int side)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var lightness_B1HW = LabColor.Lightness(_buffer.Fill(rgb_BHWC, batch, side, side, Colorizer.SideMultiple).to(_compute.Device));
        return ColorDecoding.Paint(lightness_B1HW, zeros([batch, 2, 1, 1], device: _compute.Device)).cpu().bytes.ToArray();
    }

    /// <summary>Copies everything that the next step depends on to managed memory.</summary>
    /// <param name="spare">An earlier export that is no longer read; its arrays are reused for the new one, so that a second snapshot of a
    /// large network needs no additional memory.</param>
    public SessionState Export(SessionState? spare = null) =>
        new(
            CompletedSteps,
            Result.Save(spare?.Model),
            [.. _optimizer.Save(spare?.Optimizer), .. _average?.SaveSource(_network, spare?.Optimizer) ?? []]
        );

    /// <summary>
    /// Starts from the weights of another model (fine-tuning): each tensor that this network has with the same name and shape is taken, one
    /// with fewer channels becomes the first channels of this network's (the output stays the same), and the others keep their initial
    /// values. Step, optimizer and moving average start anew.
    /// </summary>
    /// <param name="weights">The other model's state.</param>
    /// <returns>Names of the layers' tensors that keep their initial values.</returns>
    public IReadOnlyList<string> Initialize(IReadOnlyList<HostTensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var kept = _network.LoadWhatFits(weights);
        _average?.Load(_network.Save(), updates: 0);
        return kept;
    }

    /// <summary>
    /// Loads an exported state: the next step is, bit for bit, the one that would have followed the export. The state is checked first; one
    /// that does not fit changes nothing. If the state lacks this network's context path, the path is initialized and initially has no
    /// effect. If it lacks a moving average, the average starts from it. If it has an average that this session does not keep, the weights
    /// in training are loaded.
    /// </summary>
    /// <exception cref="NetworkMismatchException">A tensor is missing, unknown, or of another shape or type.</exception>
    public void Import(SessionState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Step < 0)
            throw new NetworkMismatchException($"the state is of step {state.Step}: it must be 0 or above");
        var split = WeightAverage.Split(state);
        var (weights, average) = (WithContext(split.Weights), WithContext(split.Average));
        var moments = _optimizer.Prepare(WithContextMoments(split.Optimizer));
        _network.Match(average);
        _network.Load(weights);
        _average?.Load(average, split.Updates);
        _optimizer.Load(moments);
        CompletedSteps = state.Step;
        (_updating, _statisticsTouched) = (false, false);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _statisticsBefore.Dispose();
        _objective.Dispose();
        _buffer.Dispose();
        _optimizer.Dispose();
        _average?.Dispose();
        _network.Dispose();
        _gradients.Dispose();
    }

    /// <summary>Adds a micro-batch's share to the gradients, and to the sums of loss and weight.</summary>
    private void AddGradients(
        Tensor pictures_BHWC,
        int first,
        int count,
        IReadOnlyList<FilmLook?>? films_B,
        LightnessBend? bend,
        SceneTargets? scenes,
        Scalar share,
        Tensor sums
    )
    {
        using var scope = NewDisposeScope();
        var (lightness_B1HW, targets, _) = Targets(pictures_BHWC, first, count);
        if (films_B is { Count: > 0 })
        {
            using var frozen = no_grad();
            lightness_B1HW = FilmSimulation.Apply(
                pictures_BHWC.narrow(0, first, count).to(_compute.Device),
                lightness_B1HW,
                [.. films_B.Skip(first).Take(count)]
            );
        }

        if (bend is not null)
            lightness_B1HW = bend.Apply(lightness_B1HW, first);
        if (Memory.Recomputes)
        {
            RecomputingPass.Run(_network, lightness_B1HW, Memory.Piece, Objective);
        }
        else
        {
            var (logits_BQhw, scenes_BS) = _network.ForwardWithScenes(lightness_B1HW);
            Objective(0, count, logits_BQhw, scenes_BS).backward();
        }

        var injection = Injection;
        Injection = null;
        switch (injection)
        {
            case StepFault.Fail fail:
                throw fail.Cause;
            case StepFault.ExhaustMemory:
                using (empty(1L << 46, dtype: ScalarType.Float32, device: _compute.Device))
                    break;
            case StepFault.FailAssertion:
                using (var beyond = tensor([1L << 20], dtype: ScalarType.Int64, device: _compute.Device))
                using (var read = sums.index_select(0, beyond))
                    read.cpu().Dispose(); // waits for the kernel
                break;
        }

        Tensor Objective(int begin, int pictures, Tensor logits_BQhw, Tensor? scenes_BS)
        {
            var wanted = targets.Narrow(begin, pictures);
            var loss = ColorizationLoss.Sum(logits_BQhw, wanted);
            if (Injection is StepFault.NotFinite)
                loss = loss * K(double.NaN);
            var objective = loss * share;
            if (scenes_BS is not null && scenes is not null)
                objective = objective.Plus(scenes.Loss(scenes_BS, first + begin, pictures));
            using var frozen = no_grad();
            sums.Add(stack([loss.detach(), wanted.Weight_Bhw.sum()]));
            return objective;
        }
    }

    /// <summary>Adds an initialized context path to a state that lacks one, if this network has one.</summary>
    private IReadOnlyList<HostTensor> WithContext(IReadOnlyList<HostTensor> model) =>
        LacksContext(model, "")
            ? [.. model, .. ContextPath.StartingValues(Shape.Channels[ColorizationNetwork.LastDilatedGroup], Shape.Context, _seed)]
            : model;

    /// <summary>The same for an optimizer's state: moments of a new path are zero.</summary>
    private IReadOnlyList<HostTensor> WithContextMoments(IReadOnlyList<HostTensor> optimizer)
    {
        if (!LacksContext(optimizer, AdamOptimizer.MeanPrefix))
            return optimizer;
        var slots = ContextPath.Slots(Shape.Channels[ColorizationNetwork.LastDilatedGroup], Shape.Context).ToList();
        string[] prefixes = [AdamOptimizer.MeanPrefix, AdamOptimizer.SquarePrefix];
        return
        [
            .. optimizer,
            .. prefixes.SelectMany(prefix =>
                slots.Select(slot => new HostTensor(
                    prefix + slot.Name,
                    TensorType.Float32,
                    slot.Shape,
                    new byte[sizeof(float) * FlatBuffer.Elements(slot.Shape)]
                ))
            ),
        ];
    }

    private bool LacksContext(IReadOnlyList<HostTensor> tensors, string prefix) =>
        Shape.Context > 0 && !tensors.Any(tensor => tensor.Name == prefix + ContextPath.HiddenBias);

    /// <summary>The running statistics before the step, which a forward pass changes.</summary>
    private void RestoreStatistics()
    {
        if (!_statisticsTouched)
            return;
        _network.Statistics.All.copy_(_statisticsBefore);
        _network.BatchesTracked = _batchesBefore;
        _statisticsTouched = false;
    }

    private static long Pixels(int batch, int side) => (long)batch * (side / ColorizationLoss.Cell) * (side / ColorizationLoss.Cell);

    /// <summary>Colours that are not finite count as grey: the loss reports them.</summary>
    private static AbHistogram Counted(Tensor ab_B2hw)
    {
        var histogram = new AbHistogram();
        histogram.Add(ab_B2hw.nan_to_num(0, 0, 0));
        return histogram;
    }

    private static double ChromaSum(Tensor ab_B2hw) => ab_B2hw.Squared().sum(1).sqrt_().sum(ScalarType.Float64).Number();

    /// <summary>Copies a batch to the device, and lets the plan check new convolutions while no activations are held.</summary>
    private Tensor Take(ColorizationNetwork network, ReadOnlySpan<byte> rgb_BHWC, int batch, int side)
    {
        var pictures_BHWC = _buffer.Fill(rgb_BHWC, batch, side, side, Colorizer.SideMultiple);
        foreach (var size in PieceSizes(batch))
        foreach (var key in network.ConvolutionKeys(size, side, side))
            _compute.Plan.RouteFor(key);
        return pictures_BHWC;
    }

    /// <summary>
    /// The distinct numbers of pictures that go through the convolutions at once: of a whole micro-batch and of the rest.
    /// </summary>
    private SortedSet<int> PieceSizes(int batch)
    {
        var sizes = new SortedSet<int>();
        foreach (var together in new[] { Math.Min(Memory.MicroBatchSize, batch), batch % Memory.MicroBatchSize })
        {
            if (together >= Memory.Piece)
                sizes.Add(Memory.Piece);
            if (together % Memory.Piece > 0)
                sizes.Add(together % Memory.Piece);
        }

        return sizes;
    }

    private (Tensor Lightness_B1HW, ColorTargets Targets, Tensor Truth_B2hw) Targets(Tensor pictures_BHWC, int first, int count)
    {
        using var frozen = no_grad();
        var rgb_BHWC = pictures_BHWC.narrow(0, first, count).to(_compute.Device);
        var truth_B2hw = ColorizationLoss.TargetAb(rgb_BHWC);
        return (LabColor.Lightness(rgb_BHWC), _objective.Targets(truth_B2hw), truth_B2hw);
    }

    /// <summary>As PyTorch's <c>clip_grad_norm_</c>.</summary>
    private void Clip(double gradientNorm)
    {
        var factor = _configuration.GradientClip / (gradientNorm + 1e-6);
        if (factor >= 1)
            return;
        using var shorten = factor.ToScalar();
        _gradients.All.mul_(shorten);
    }
}
