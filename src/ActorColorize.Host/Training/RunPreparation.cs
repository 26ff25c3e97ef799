using System.Globalization;
using System.Reflection;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Training;

/// <summary>A run that can be started: its folder holds a run.json, and its data and device are available.</summary>
/// <param name="Folder">The run folder.</param>
/// <param name="Document">What the run was started with.</param>
/// <param name="Device">The device to use now.</param>
/// <param name="Network">Sizes of the network.</param>
/// <param name="TrainingPictures">Pictures in the training split.</param>
/// <param name="ValidationPictures">Pictures in the validation split.</param>
/// <param name="Isolation">Which process hosts the device.</param>
internal sealed record PreparedRun(
    RunFolder Folder,
    RunDocument Document,
    DeviceChoice Device,
    NetworkShape Network,
    int TrainingPictures,
    int ValidationPictures,
    IsolationOptions Isolation
);

/// <summary>The compute settings of a run.</summary>
/// <param name="Device">The device.</param>
/// <param name="Precision">Number format of the activations.</param>
/// <param name="Threads">LibTorch's threads.</param>
internal sealed record RunCompute(DeviceChoice Device, Precision Precision, int Threads);

/// <summary>
/// Reconciles a command line with a run folder: a new folder gets a run.json; an existing run is resumed with its original settings, and an
/// option that contradicts them is an error.
/// </summary>
internal static class RunPreparation
{
    private const string DefaultPreset = "quarter";
    private const ulong DefaultSeed = 1;

    /// <summary>Validates all that can be validated before the first actor starts, for a device of this machine.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UsageException">Options contradict each other or the run that the folder holds.</exception>
    /// <exception cref="OutputException">There is not enough disk space for a checkpoint.</exception>
    public static PreparedRun Prepare(TrainOptions options, TimeProvider time) =>
        Prepare(options, time, existing => ComputeHere(options, existing));

    /// <summary>Validates all that can be validated before the run is placed on a device.</summary>
    /// <param name="options">The options of the run.</param>
    /// <param name="time">The clock.</param>
    /// <param name="compute">Chooses the compute settings, given those that the run was started with.</param>
    /// <param name="id">The id of a new run; null: generate one.</param>
    /// <param name="onProgress">Called with the current activity, in one line; may be null.</param>
    /// <param name="cancellation">Cancels the preparation: nothing is written after that.</param>
    /// <exception cref="UsageException">Options contradict each other or the run that the folder holds.</exception>
    /// <exception cref="OutputException">There is not enough disk space for a checkpoint.</exception>
    public static PreparedRun Prepare(
        TrainOptions options,
        TimeProvider time,
        Func<RunDocument?, RunCompute> compute,
        RunId? id = null,
        Action<string>? onProgress = null,
        CancellationToken cancellation = default
    )
    {
        var folder = new RunFolder(Path.GetFullPath(options.Run));
        var existing = Existing(folder);
        if (existing is not null && options.Resume.Mode != ResumeMode.Auto)
            throw new UsageException(
                $"{folder.Path} already holds run {existing.RunId}: resume it with --resume auto, or choose another --run folder"
            );
        if (options.InitialWeights is not null && options.Resume.Mode == ResumeMode.Checkpoint)
            throw new UsageException("--initial-weights and --resume CHECKPOINT exclude each other: a checkpoint has weights of its own");
        var configuration = Configuration(options, existing);
        var roots = options.Data.Select(Path.GetFullPath).ToList();
        RequireDistinct(roots);
        if (options.Shares is { } shares && (shares.Count != roots.Count || roots.Count == 1))
            throw new UsageException(
                $"--shares names {shares.Count} of {roots.Count} --data folders: give several folders, and one share for each"
            );
        var training = Open("train");
        var validation = Open("val");
        var mixture = MixtureOf(roots, options.Shares, training, existing);
        if (existing is not null && existing.DataHash != training.Hash)
            throw new UsageException(
                $"--data {string.Join(" --data ", options.Data)} does not match the pictures that run {existing.RunId} was started with: "
                    + "restore them, or choose another --run folder"
            );
        if (existing is not null && options.Seed is { } seed && seed != existing.Seed)
            throw new UsageException(
                $"--seed {seed} contradicts run {existing.RunId}, which was started with {existing.Seed}: omit it, or choose another "
                    + "--run folder"
            );

        var (device, precision, threads) = compute(existing);
        var network = configuration.Shape(training.HasLabels ? training.Categories.Count : 0);
        var document = new RunDocument
        {
            RunId = existing?.RunId ?? (id ?? RunId.New(time)).Value,
            CreatedAt = existing?.CreatedAt ?? time.GetUtcNow(),
            Program = existing?.Program ?? ProgramVersion,
            DataRoot = roots[0],
            Mixture = mixture,
            DataHash = training.Hash,
            Seed = existing?.Seed ?? options.Seed ?? DefaultSeed,
            Device = device.Name,
            Precision = precision,
            Threads = threads,
            InitialCheckpoint = existing?.InitialCheckpoint
                ?? (options.Resume.Checkpoint is { } checkpoint ? CheckpointFor(network, checkpoint) : null),
            InitialWeights = existing?.InitialWeights
                ?? (existing is null && options.InitialWeights is { } model ? WeightsFor(network, model) : null),
            Configuration = configuration,
            Recovery = (existing?.Recovery ?? new RecoveryPolicy()).With(options.Recovery ?? string.Empty),
            Inject = options.Inject is { } injection ? FaultInjectionPlan.Parse(injection).Text : null,
        };
        RequireRoom(folder, network, configuration.EmaDecay > 0);
        cancellation.ThrowIfCancellationRequested();
        if (document != existing)
        {
            OutputFolder.Create("--run", folder.Path);
            document.Save(folder);
        }

        return new PreparedRun(folder, document, device, network, training.Count, validation.Count, options.Isolation);

        PictureSet Open(string split)
        {
            var sets = new List<PictureSet>();
            foreach (var root in roots)
            {
                onProgress?.Invoke($"listing the pictures in {root}");
                sets.Add(DatasetLayout.Open(root, split));
                cancellation.ThrowIfCancellationRequested();
            }

            return PictureSet.Combine(sets);
        }
    }

    private static void RequireDistinct(List<string> roots)
    {
        if (roots.Count > SourceMix.MostSources)
            throw new UsageException($"{roots.Count} --data folders are more than {SourceMix.MostSources}: put them into one folder");
        if (roots.Distinct(StringComparer.Ordinal).Count() != roots.Count)
            throw new UsageException("--data names a folder twice: name it once, with a larger share in --shares");
    }

    /// <summary>The datasets with their shares: those of the run, those of the command line, or in proportion to their pictures.</summary>
    private static IReadOnlyList<MixedDataset>? MixtureOf(
        List<string> roots,
        IReadOnlyList<double>? shares,
        PictureSet training,
        RunDocument? existing
    )
    {
        if (roots.Count == 1)
            return null;
        var wanted = shares ?? existing?.Shares ?? [.. training.Sources.Select(static source => (double)source.Count)];
        if (existing?.Shares is not { } known)
            return [.. roots.Zip(wanted, static (root, share) => new MixedDataset(root, share))];
        if (!known.SequenceEqual(wanted))
            throw new UsageException(
                $"--shares {string.Join(',', wanted)} contradicts run {existing.RunId}, which was started with {string.Join(',', known)}: "
                    + "omit it, or choose another --run folder"
            );
        return existing.Mixture!.Select(static dataset => dataset.Root).SequenceEqual(roots, StringComparer.Ordinal)
            ? existing.Mixture
            : [.. roots.Zip(known, static (root, share) => new MixedDataset(root, share))];
    }

    /// <summary>A run that cannot be saved even once must not start; a disk that fills up later only pauses checkpoints.</summary>
    private static void RequireRoom(RunFolder folder, NetworkShape network, bool averagesWeights)
    {
        var needed = CheckpointStore.EstimateBytes(network, averagesWeights);
        if (LocalDisk.Instance.FreeBytes(folder.Path) is { } free && free < needed)
        {
            throw new OutputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"not enough disk space for a checkpoint in {folder.Path}: {needed:N0} bytes are needed, {free:N0} are free; free "
                        + $"some space, or choose another --run folder"
                )
            );
        }
    }

    /// <summary>Version and commit of this program.</summary>
    public static string ProgramVersion { get; } =
        typeof(RunPreparation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The run.json of a folder; null if there is none.</summary>
    public static RunDocument? Existing(RunFolder folder) => File.Exists(folder.Document) ? RunDocument.Load(folder) : null;

    /// <summary>The requested configuration, or the run's own.</summary>
    /// <exception cref="UsageException">It differs from the configuration that the run was started with.</exception>
    public static TrainingConfiguration Configuration(TrainOptions options, RunDocument? existing)
    {
        var configuration = (options, existing) switch
        {
            ({ Config: { } file }, _) => TrainingConfiguration.Load(file),
            ({ Preset: { } preset }, _) => TrainingPresets.Load(preset),
            (_, { } run) => run.Configuration,
            _ => TrainingPresets.Load(DefaultPreset),
        };
        if (options.Profile is { } profile)
            configuration = configuration with { Colors = ColorConfiguration.Profiles[profile] };
        if (options.Batch is { } batch)
            configuration = configuration with { BatchSize = batch, MicroBatchSize = Math.Min(batch, configuration.MicroBatchSize) };
        if (options.Steps is { } steps)
            configuration = configuration with { Steps = steps };
        else if (existing is not null)
            configuration = configuration with { Steps = existing.Configuration.Steps };
        configuration.Validate();
        if (existing is not null && (configuration with { Steps = existing.Configuration.Steps }).Hash != existing.Configuration.Hash)
            throw new UsageException(
                $"the requested configuration differs from the one that run {existing.RunId} was started with (only --steps may change): "
                    + "omit --preset, --config, --profile and --batch, or choose another --run folder"
            );
        return configuration;
    }

    private static RunCompute ComputeHere(TrainOptions options, RunDocument? existing)
    {
        LibTorchRuntime.EnsureLoaded();
        var device = DeviceChoice.Resolve(options.Device);
        var precision = PrecisionFor(options, existing, device);
        return new RunCompute(device, precision, options.Threads ?? existing?.Threads ?? Environment.ProcessorCount);
    }

    private static Precision PrecisionFor(TrainOptions options, RunDocument? existing, DeviceChoice device)
    {
        if (options.Precision == "auto" && existing is not null)
            return existing.Precision;
        var choice = PrecisionChoosing.For(options.Precision, device, options.Isolation.Isolates(device.Name));
        return existing is null || existing.Precision == choice.Precision
            ? choice.Precision
            : throw new UsageException(
                $"--precision {options.Precision} contradicts run {existing.RunId}, which was started with a different precision: omit "
                    + "it, or choose another --run folder"
            );
    }

    /// <summary>
    /// A model can initialize a network with the same convolutions and at least as many channels, residual or not as the model is; bins,
    /// scenes and context path may differ.
    /// </summary>
    private static InitialWeights WeightsFor(NetworkShape shape, string model)
    {
        var source = ModelLocator.Resolve(model);
        return shape.IsAtLeastAsWideAs(source.Network)
            ? InitialWeights.Of(source)
            : throw new InputException(
                $"--initial-weights {model} has other convolutions or more channels ({source.Network}) than the configuration's network "
                    + $"({shape}): choose a configuration of the same width or a larger one, residual only if the model is"
            );
    }

    private static string CheckpointFor(NetworkShape shape, string checkpoint)
    {
        var source = ModelLocator.Resolve(checkpoint);
        if (source.Manifest is null)
            throw new InputException(
                $"--resume {checkpoint} holds weights only: give a checkpoint folder, which also holds the optimizer's state"
            );
        return shape.CanContinueFrom(source.Network)
            ? source.Path
            : throw new InputException(
                $"--resume {checkpoint} belongs to a different network ({source.Network}) than the configuration's ({shape})"
            );
    }
}
