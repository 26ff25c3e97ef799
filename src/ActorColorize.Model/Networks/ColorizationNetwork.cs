using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using TorchSharp.Modules;
using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

// Shapes: B pictures, H height, W width, h = H/4, w = W/4, Q bins.

/// <summary>
/// The convolutional network of Zhang, Isola and Efros (Colorful Image Colorization, ECCV 2016), with any number of bins, channels and
/// convolutions per group: lightness in, a score for every colour bin out, at a quarter of the side. State-dict keys and shapes are those
/// of the published model (<c>model1.0.weight</c> … <c>model8.6.bias</c>, <c>model_out.weight</c>), so weights can be exchanged in both
/// directions.
/// </summary>
/// <remarks>
/// Parameters are single precision; with <see cref="Precision.Bf16"/> they are cast inside the forward pass. All trained parameters lie in
/// one block of memory, as do the running statistics. Do not move the module to another device: it is created on its device. Sides are
/// multiples of 8. One thread at a time.
/// </remarks>
public sealed class ColorizationNetwork : nn.Module<Tensor, Tensor>
{
    /// <summary>Colours in <c>model_out.weight</c> are divided by this.</summary>
    internal const double ColorScale = 110;

    internal const double LightnessCenter = 50;
    internal const double LightnessScale = 100;

    /// <summary>Small, so that a new network's output is its last bias (see <see cref="StartFrom"/>) and not noise.</summary>
    private const double LogitGain = 0.01;

    /// <summary>The group whose features feed the scene head: the last before upsampling.</summary>
    internal const int DeepestGroup = NetworkShape.Groups - 2;

    /// <summary>The last group with dilated convolutions: the context path, if there is one, follows it.</summary>
    internal const int LastDilatedGroup = 5;

    private const string OutputName = "model_out";
    private const string CounterSuffix = ".num_batches_tracked";

    private readonly List<ConvolutionGroup> _groups = [];
    private readonly List<string> _normNames = [];
    private readonly List<(string Name, Parameter Parameter)> _trained = [];
    private readonly ContextPath? _context;
    private readonly SceneHead? _sceneHead;
    private readonly Tensor _outputWeight_2Q11;
    private readonly ComputeSettings _compute;

    /// <summary>A network with He initialization, a pure function of <paramref name="seed"/>.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="bins">Colours of the bins: what <c>model_out.weight</c> holds.</param>
    /// <param name="seed">Seed of the initial weights.</param>
    /// <param name="compute">Device, precision and routes.</param>
    /// <exception cref="ArgumentException">Shape and bins do not fit together.</exception>
    public ColorizationNetwork(NetworkShape shape, ColorBins bins, ulong seed, ComputeSettings compute)
        : this(shape, compute)
    {
        ArgumentNullException.ThrowIfNull(bins);
        if (bins.Count != shape.Bins)
            throw new ArgumentException($"the network has {shape.Bins} bins but the grid has {bins.Count}", nameof(bins));
        Initialize(bins, seed);
    }

    /// <summary>A network with the given weights.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="tensors">Its whole state, see <see cref="Load"/>.</param>
    /// <param name="compute">Device, precision and routes.</param>
    /// <exception cref="NetworkMismatchException">The tensors do not fit this shape.</exception>
    public ColorizationNetwork(NetworkShape shape, IReadOnlyList<HostTensor> tensors, ComputeSettings compute)
        : this(shape, compute) => Load(tensors);

    private ColorizationNetwork(NetworkShape shape, ComputeSettings compute)
        : base(nameof(ColorizationNetwork))
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(compute);
        LibTorchRuntime.EnsureLoaded();
        Shape = shape;
        _compute = compute;
        var layout = NetworkLayout.Of(shape);
        Parameters = new FlatBuffer(ParameterSlots(shape, layout), compute.Device);
        Statistics = new FlatBuffer(StatisticSlots(layout), compute.Device);
        _outputWeight_2Q11 = zeros([2, shape.Bins, 1, 1], dtype: ScalarType.Float32, device: compute.Device).DetachFromDisposeScope();

        foreach (var group in layout)
        {
            var convolutions = group
                .Convolutions.Select(spec => new ConvolutionLayer(
                    spec,
                    compute,
                    NewParameter($"{group.Name}.{spec.Index}.weight"),
                    NewParameter($"{group.Name}.{spec.Index}.bias")
                ))
                .ToList();
            BatchNormLayer? norm = null;
            if (group.NormIndex is not null)
            {
                var normName = $"{group.Name}.{group.NormIndex}";
                _normNames.Add(normName);
                norm = new BatchNormLayer(
                    NewParameter(normName + ".weight"),
                    NewParameter(normName + ".bias"),
                    Statistics.View(normName + ".running_mean").DetachFromDisposeScope(),
                    Statistics.View(normName + ".running_var").DetachFromDisposeScope()
                );
            }

            var module = new ConvolutionGroup(group, convolutions, norm);
            _groups.Add(module);
            register_module(group.Name, module);
        }

        if (shape.Context > 0)
            _context = ContextPath.From(NewRegisteredParameter);
        if (shape.Scenes > 0)
            _sceneHead = SceneHead.From(NewRegisteredParameter);
    }

    /// <summary>Sizes of this network.</summary>
    public NetworkShape Shape { get; }

    /// <summary>The number of batches in the running statistics.</summary>
    public long BatchesTracked { get; internal set; }

    /// <summary>All trained parameters.</summary>
    internal FlatBuffer Parameters { get; }

    /// <summary>The trained parameters by slot name.</summary>
    internal IReadOnlyList<(string Name, Parameter Parameter)> TrainedParameters => _trained;

    /// <summary>Running mean and variance of every batch norm.</summary>
    internal FlatBuffer Statistics { get; }

    /// <summary>
    /// Names and shapes of all tensors of a network's state, in the order of <see cref="Save"/>; the batch counters are scalars.
    /// </summary>
    public static IReadOnlyList<(string Name, long[] Shape)> StateSlots(NetworkShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var layout = NetworkLayout.Of(shape);
        var counters = layout
            .Where(static group => group.NormIndex is not null)
            .Select(static group => ($"{group.Name}.{group.NormIndex}{CounterSuffix}", Array.Empty<long>()));
        return [.. ParameterSlots(shape, layout), .. StatisticSlots(layout), .. counters, ($"{OutputName}.weight", [2, shape.Bins, 1, 1])];
    }

    /// <summary>Scores of all colour bins.</summary>
    /// <param name="lightness_B1HW">float32, [B, 1, H, W], L in 0..100; sides are multiples of 8.</param>
    /// <returns>float32 logits, [B, Q, h, w].</returns>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    public override Tensor forward(Tensor lightness_B1HW)
    {
        using var scope = NewDisposeScope();
        return ForwardWithScenes(lightness_B1HW).Logits_BQhw.MoveToOuterDisposeScope();
    }

    /// <summary>Scores of all colour bins, and of all scenes where the network has a scene head.</summary>
    /// <param name="lightness_B1HW">As for <see cref="forward"/>.</param>
    /// <returns>float32, [B, Q, h, w]; float32, [B, S], or null.</returns>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    internal (Tensor Logits_BQhw, Tensor? Scenes_BS) ForwardWithScenes(Tensor lightness_B1HW)
    {
        using var scope = NewDisposeScope();
        var x = Enter(lightness_B1HW);
        Tensor? scenes_BS = null;
        for (var group = 0; group < NetworkShape.Groups; group++)
        {
            // Tensors that the next group does not need are released immediately; autograd keeps its own references.
            using var input = x;
            x = Convolve(group, input);
            if (group == NetworkShape.Groups - 1)
                break;
            using var convolved = x;
            (x, var recognised_BS) = Join(group, convolved);
            scenes_BS ??= recognised_BS;
        }

        return (x.MoveToOuterDisposeScope(), scenes_BS?.MoveToOuterDisposeScope());
    }

    /// <summary>The first group's input; in training mode this counts a batch.</summary>
    /// <param name="lightness_B1HW">As for <see cref="forward"/>.</param>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    internal Tensor Enter(Tensor lightness_B1HW)
    {
        RequireInput(lightness_B1HW);
        if (training)
            BatchesTracked++;
        using var scope = NewDisposeScope();
        return ((lightness_B1HW - K(LightnessCenter)) / K(LightnessScale))
            .to(ConvolutionRoutes.ActivationType(_compute.Precision))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Checks the input of a pass.</summary>
    /// <exception cref="ArgumentException">It is not float32 [B, 1, H, W] with sides that are multiples of 8.</exception>
    internal static void RequireInput(Tensor lightness_B1HW)
    {
        ArgumentNullException.ThrowIfNull(lightness_B1HW);
        var shape = lightness_B1HW.shape;
        if (
            lightness_B1HW.dtype != ScalarType.Float32
            || shape.Length != 4
            || shape[1] != 1
            || shape[2] % 8 != 0
            || shape[3] % 8 != 0
            || shape.Contains(0)
        )
            throw new ArgumentException(
                $"expected float32 [B, 1, H, W] with sides that are multiples of 8, got {lightness_B1HW.dtype} "
                    + $"[{string.Join(", ", shape)}]",
                nameof(lightness_B1HW)
            );
    }

    /// <summary>The convolutions of a group, independent for each picture; single precision after the last group.</summary>
    /// <param name="group">From 0.</param>
    /// <param name="x">The group's input, or some pictures of it.</param>
    internal Tensor Convolve(int group, Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = _groups[group].Convolve(x);
        return (group == NetworkShape.Groups - 1 ? y.to(ScalarType.Float32) : y).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The layers between a group's convolutions and the next group: batch norm over the whole batch, the context path after the last
    /// dilated group, and the scene head after the deepest group.
    /// </summary>
    /// <param name="group">From 0; not the last.</param>
    /// <param name="convolved">The output of the group's convolutions for all pictures.</param>
    /// <returns>The next group's input; from the deepest group the scenes' scores too, float32 [B, S], where the network has a scene
    /// head.</returns>
    internal (Tensor Next, Tensor? Scenes_BS) Join(int group, Tensor convolved)
    {
        using var scope = NewDisposeScope();
        var z = _groups[group].Normalize(convolved);
        if (group == LastDilatedGroup && _context is not null)
            z = _context.Forward(z);
        Tensor? scenes_BS = null;
        if (group == DeepestGroup && _sceneHead is not null)
            (scenes_BS, z) = _sceneHead.Forward(z);
        return (z.MoveToOuterDisposeScope(), scenes_BS?.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Every distinct convolution of a pass over such a batch, in the module's current mode (training or evaluation). Requesting them from
    /// the plan beforehand keeps the self-test out of a step that already holds activations.
    /// </summary>
    public IReadOnlyList<ConvolutionKey> ConvolutionKeys(int batch, int height, int width)
    {
        var keys = new List<ConvolutionKey>();
        foreach (var convolution in _groups.SelectMany(static group => group.Convolutions))
        {
            var key = convolution.KeyFor(batch, height, width);
            if (!keys.Contains(key))
                keys.Add(key);
            (height, width) = convolution.OutputSize(height, width);
        }

        return keys;
    }

    /// <summary>Colours of the bins, as the weights hold them: float32 [2, Q] in CIELAB units. The caller disposes it.</summary>
    public Tensor BinColors_2Q() => _outputWeight_2Q11.view(2, -1) * K(ColorScale);

    /// <summary>The same of a state that is not loaded.</summary>
    /// <param name="tensors">A whole state.</param>
    /// <param name="device">Where the colours are needed.</param>
    internal static Tensor BinColors_2Q(IReadOnlyList<HostTensor> tensors, Device device)
    {
        using var scope = NewDisposeScope();
        var weight_2Q11 = TensorTransfer.ToTensor(tensors.Single(static tensor => tensor.Name == $"{OutputName}.weight"));
        return (weight_2Q11.to(ScalarType.Float32).to(device).view(2, -1) * K(ColorScale)).MoveToOuterDisposeScope();
    }

    /// <summary>Copies the whole state to managed memory.</summary>
    /// <param name="spare">An earlier copy that is no longer read; its memory is reused.</param>
    public IReadOnlyList<HostTensor> Save(IReadOnlyList<HostTensor>? spare = null)
    {
        using var scope = NewDisposeScope();
        var memory = new ReusedMemory(spare);
        var tensors = new List<HostTensor>();
        foreach (var (key, _) in Parameters.Slots)
            tensors.Add(TensorTransfer.ToHost(key, Parameters.View(key), memory));
        foreach (var (key, _) in Statistics.Slots)
            tensors.Add(TensorTransfer.ToHost(key, Statistics.View(key), memory));
        foreach (var norm in _normNames)
            tensors.Add(TensorTransfer.ToHost(norm + CounterSuffix, BatchesTracked));
        tensors.Add(TensorTransfer.ToHost($"{OutputName}.weight", _outputWeight_2Q11, memory));
        return tensors;
    }

    /// <summary>
    /// Loads a complete state, in place; nothing changes if a tensor does not fit. Half-precision tensors are widened.
    /// The batch counters (<c>num_batches_tracked</c>) may be missing.
    /// </summary>
    /// <exception cref="NetworkMismatchException">A tensor is missing, unknown, of another shape, or of a type that is not a
    /// float.</exception>
    public void Load(IReadOnlyList<HostTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var found = Match(tensors);
        var counters = CounterNames();
        var batches = 0L;
        foreach (var counter in tensors.Where(tensor => counters.Contains(tensor.Name)))
            batches = TensorTransfer.ToInt64(counter);

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (key, _) in Parameters.Slots)
            Parameters.View(key).copy_(TensorTransfer.ToTensor(found[key]));
        foreach (var (key, _) in Statistics.Slots)
            Statistics.View(key).copy_(TensorTransfer.ToTensor(found[key]));
        _outputWeight_2Q11.copy_(TensorTransfer.ToTensor(found[$"{OutputName}.weight"]));
        BatchesTracked = batches;
    }

    /// <summary>Checks a whole state as <see cref="Load"/> does, without loading it.</summary>
    /// <returns>Its tensors by name, without the batch counters.</returns>
    /// <exception cref="NetworkMismatchException">As for <see cref="Load"/>.</exception>
    internal IReadOnlyDictionary<string, HostTensor> Match(IReadOnlyList<HostTensor> tensors)
    {
        var counters = CounterNames();
        return TensorTransfer.Match(
            StateSlots(Shape).Where(slot => !counters.Contains(slot.Name)),
            tensors.Where(tensor => !counters.Contains(tensor.Name))
        );
    }

    /// <summary>
    /// Loads what fits of another network's state; the rest keeps its values. A tensor fits if it has the same name and shape, or fewer
    /// channels, see <see cref="NetworkWidening"/>.
    /// </summary>
    /// <param name="trained">The other network's state.</param>
    /// <returns>Names of the parameters and statistics that keep all their values.</returns>
    internal IReadOnlyList<string> LoadWhatFits(IReadOnlyList<HostTensor> trained)
    {
        var offered = trained.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        var kept = new List<string>();
        Load([.. Save().Select(Choose)]);
        return kept;

        HostTensor Choose(HostTensor own)
        {
            if (offered.TryGetValue(own.Name, out var other))
            {
                if (other.Shape.AsSpan().SequenceEqual(own.Shape))
                    return other;
                var slot = SlotOf(own);
                if (NetworkWidening.Fits(slot, other.Shape))
                    return NetworkWidening.Widen(slot, own, other);
            }

            if (own.Type == TensorType.Float32)
                kept.Add(own.Name);
            return own;
        }
    }

    private WeightSlot SlotOf(HostTensor own)
    {
        var last = NetworkLayout.Of(Shape)[^1];
        var logits = $"{last.Name}.{last.Convolutions[^1].Index}.";
        var transposed = own.Name == $"{last.Name}.{last.Convolutions[0].Index}.weight" && last.Convolutions[0].Transposed;
        var fixedOutput = own.Name.StartsWith(logits, StringComparison.Ordinal) || SceneHead.ScoreNames.Contains(own.Name);
        return new WeightSlot(
            own.Shape,
            transposed ? 1 : 0,
            own.Shape.Length < 2 ? null
                : transposed ? 0
                : 1,
            fixedOutput
        );
    }

    /// <summary>
    /// Sets the last bias to ln p, so that an untrained network predicts the distribution p everywhere. Starting from the best constant
    /// prediction saves the first hundreds of steps, which would learn only this (as in Lin et al., Focal Loss for Dense Object Detection,
    /// 2017, section 4.1).
    /// </summary>
    /// <param name="distribution">p of every bin, above 0.</param>
    internal void StartFrom(IReadOnlyList<double> distribution)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var last = NetworkLayout.Of(Shape)[^1];
        Parameters
            .View($"{last.Name}.{last.Convolutions[^1].Index}.bias")
            .copy_(tensor(distribution.Select(static p => (float)Math.Log(p)).ToArray()));
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        Parameters.Dispose();
        Statistics.Dispose();
        _outputWeight_2Q11.Dispose();
    }

    private static IEnumerable<(string Name, long[] Shape)> ParameterSlots(NetworkShape shape, IReadOnlyList<GroupSpec> layout) =>
        [
            .. ConvolutionSlots(layout),
            .. shape.Context > 0 ? ContextPath.Slots(shape.Channels[LastDilatedGroup], shape.Context) : [],
            .. shape.Scenes > 0 ? SceneHead.Slots(shape.Channels[DeepestGroup], shape.Scenes) : [],
        ];

    private static IEnumerable<(string Name, long[] Shape)> ConvolutionSlots(IReadOnlyList<GroupSpec> layout)
    {
        foreach (var group in layout)
        {
            foreach (var spec in group.Convolutions)
            {
                yield return ($"{group.Name}.{spec.Index}.weight", spec.WeightShape);
                yield return ($"{group.Name}.{spec.Index}.bias", [spec.OutChannels]);
            }

            if (group.NormIndex is null)
                continue;
            yield return ($"{group.Name}.{group.NormIndex}.weight", [group.Channels]);
            yield return ($"{group.Name}.{group.NormIndex}.bias", [group.Channels]);
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> StatisticSlots(IReadOnlyList<GroupSpec> layout)
    {
        foreach (var group in layout)
        {
            if (group.NormIndex is null)
                continue;
            yield return ($"{group.Name}.{group.NormIndex}.running_mean", [group.Channels]);
            yield return ($"{group.Name}.{group.NormIndex}.running_var", [group.Channels]);
        }
    }

    private HashSet<string> CounterNames() => _normNames.Select(static norm => norm + CounterSuffix).ToHashSet(StringComparer.Ordinal);

    /// <summary>A parameter of the network itself, which belongs to no group.</summary>
    private Parameter NewRegisteredParameter(string key)
    {
        var parameter = NewParameter(key);
        register_parameter(key.Replace('.', '_'), parameter);
        return parameter;
    }

    private Parameter NewParameter(string key)
    {
        var parameter = ParameterOver(key);
        _trained.Add((key, parameter));
        return parameter;
    }

    private Parameter ParameterOver(string key)
    {
        using var frozen = no_grad();
        using var view = Parameters.View(key);
        var parameter = new Parameter(view);
        parameter.DetachFromDisposeScope();
        return parameter;
    }

    private void Initialize(ColorBins bins, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var group in NetworkLayout.Of(Shape))
        {
            foreach (var spec in group.Convolutions)
            {
                var key = $"{group.Name}.{spec.Index}.weight";
                var weight = new float[FlatBuffer.Elements(spec.WeightShape)];
                HeInitialization.Fill(weight, seed, key, spec.FanIn, group.GivesLogits(spec) ? LogitGain : HeInitialization.ReluGain);
                Parameters.View(key).copy_(tensor(weight).view(spec.WeightShape));
            }

            if (group.NormIndex is null)
                continue;
            Parameters.View($"{group.Name}.{group.NormIndex}.weight").fill_(K(1));
            Statistics.View($"{group.Name}.{group.NormIndex}.running_var").fill_(K(1));
        }

        if (_context is not null)
        {
            foreach (var start in ContextPath.StartingValues(Shape.Channels[LastDilatedGroup], Shape.Context, seed))
                Parameters.View(start.Name).copy_(TensorTransfer.ToTensor(start));
        }

        if (_sceneHead is not null)
        {
            foreach (var (name, shape) in SceneHead.Slots(Shape.Channels[DeepestGroup], Shape.Scenes))
            {
                if (SceneHead.StartingGain(name) is not (> 0 and var gain))
                    continue;
                var weight = new float[FlatBuffer.Elements(shape)];
                HeInitialization.Fill(weight, seed, name, (int)shape[1], gain);
                Parameters.View(name).copy_(tensor(weight).view(shape));
            }
        }

        _outputWeight_2Q11.copy_((bins.CentersOn(CPU) / K(ColorScale)).t().reshape(2, -1, 1, 1));
    }
}
