using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Runs;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Training;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>
/// Prepares runs submitted by clients as <c>train</c> does. The pictures of one run are listed at a time, to avoid concurrent scans of a
/// disk.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class DaemonRunPreparation(TimeProvider time) : IRunPreparation
{
    private readonly SemaphoreSlim _one = new(1);

    /// <inheritdoc/>
    public Task<RunId> IdentifyAsync(TrainingRequest request) =>
        Task.Run(() =>
            Saying(() =>
            {
                foreach (var folder in Folders(request))
                    RequireData(folder);
                if (request.Checkpoint is { } checkpoint)
                    _ = ModelLocator.Resolve(checkpoint);
                if (request.InitialWeights is { } weights)
                    _ = ModelLocator.Resolve(weights);
                OutputFolder.RequireNoFile("--run", request.RunFolder);
                if (request.Profile is { } profile && !ColorConfiguration.Profiles.ContainsKey(profile))
                    throw new UsageException(
                        $"unknown profile '{profile}'; available profiles: {string.Join(", ", ColorConfiguration.Profiles.Keys)}"
                    );
                if (request.Precision is not (null or "auto" or "fp32" or "bf16"))
                    throw new UsageException($"precision is auto, fp32 or bf16, not '{request.Precision}'");
                var existing = RunPreparation.Existing(new RunFolder(request.RunFolder));
                if (existing is not null && request.StartsAnew)
                    throw new UsageException(
                        $"{request.RunFolder} already holds run {existing.RunId}: resume it with --resume auto, or choose another folder"
                    );
                _ = RunPreparation.Configuration(Options(request, existing), existing);
                _ = new RecoveryPolicy().With(request.Recovery ?? string.Empty);
                return existing is null ? RunId.New(time) : new RunId(existing.RunId);
            })
        );

    /// <inheritdoc/>
    public async Task<long> PrepareAsync(
        RunId run,
        TrainingRequest request,
        TrainingDevice device,
        Action<string> onProgress,
        CancellationToken cancellation
    )
    {
        await _one.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Saying(() => Prepare(run, request, device, onProgress, cancellation)), cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    private long Prepare(
        RunId run,
        TrainingRequest request,
        TrainingDevice device,
        Action<string> onProgress,
        CancellationToken cancellation
    )
    {
        var existing = RunPreparation.Existing(new RunFolder(request.RunFolder));
        if (existing is not null && existing.RunId != run.Value)
            throw new UsageException($"{request.RunFolder} now holds run {existing.RunId}: choose another folder");
        return RunPreparation
            .Prepare(Options(request, existing), time, started => ComputeOn(device, request, started), run, onProgress, cancellation)
            .Document.Configuration.Steps;
    }

    private static RunCompute ComputeOn(TrainingDevice device, TrainingRequest request, RunDocument? existing)
    {
        var precision = (request.Precision, existing) switch
        {
            (null or "auto", { } run) => run.Precision,
            (null or "auto", null) => Parsed(device.Precision),
            ({ } wanted, _) => Parsed(wanted),
        };
        return existing is null || existing.Precision == precision
            ? new RunCompute(new DeviceChoice(device.Name, "the daemon's"), precision, device.Threads)
            : throw new UsageException(
                $"precision {request.Precision} contradicts run {existing.RunId}, which was started with a different precision: omit it, "
                    + "or choose another run folder"
            );
    }

    private static Precision Parsed(string precision) => Enum.Parse<Precision>(precision, ignoreCase: true);

    private static TrainOptions Options(TrainingRequest request, RunDocument? existing) =>
        new()
        {
            Data = Folders(request),
            Shares = request.Shares.Count > 0 ? request.Shares : null,
            Run = request.RunFolder,
            Preset = request.Preset,
            Config = request.Configuration,
            Profile = request.Profile,
            Steps = request.Steps,
            Batch = request.Batch,
            Seed = request.Seed,
            Resume = new ResumeChoice(
                request.Checkpoint is null || existing is not null ? ResumeMode.Auto : ResumeMode.Checkpoint,
                request.Checkpoint
            ),
            InitialWeights = request.InitialWeights,
            Recovery = request.Recovery,
        };

    private static IReadOnlyList<string> Folders(TrainingRequest request) => [request.Data, .. request.MoreData];

    /// <summary>Fails at once for a folder that is missing or empty; what is in it is checked by the preparation.</summary>
    private static void RequireData(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InputException(
                File.Exists(folder) ? $"{folder} is a file: give the folder that holds the pictures" : $"data folder not found: {folder}"
            );
        if (!Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any())
            throw new InputException($"no pictures in {folder}: it contains no files");
    }

    /// <summary>Errors that users can fix become one line; any other exception is a bug and propagates.</summary>
    private static T Saying<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e)
            when (e
                    is UserException
                        or CheckpointException
                        or NetworkMismatchException
                        or DatasetException
                        or ConfigurationException
                        or RunFolderException
                        or DeviceException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            var failure = FailureMapping.Of(e);
            RefusalCause? cause = failure.Code is ExitCode.Usage or ExitCode.Input or ExitCode.Output
                ? JobRequests.Cause(failure.Code)
                : null;
            throw new RunPreparationException(failure.Message, e, cause);
        }
    }
}
