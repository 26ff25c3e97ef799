using ActorColorize.Actors.Runs;
using ActorColorize.Data.Archives;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Storage;
using ActorColorize.Gateway;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>Completes clients' requests with models and settings of this daemon.</summary>
/// <param name="models">The registry of named models.</param>
/// <param name="pictures">The folder of pictures of pending HTTP requests (see <see cref="PictureSpool"/>): their jobs fail instead of
/// waiting for a blocker to clear.</param>
/// <param name="data">The daemon's data folder, into which no client's results may go.</param>
/// <param name="maxMegapixels">The largest pictures that a job may ask for.</param>
internal sealed class JobRequests(ModelRegistry models, string pictures, string data, int maxMegapixels) : IJobRequests
{
    private readonly IoWatch _watch = new(TimeSpan.FromSeconds(10)); // clients wait longer

    /// <inheritdoc/>
    public async Task<JobSpecification> CompleteAsync(JobRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await _watch.Run(request.Input, _ => Complete(request)).ConfigureAwait(false);
        }
        catch (StalledIoException stalled)
        {
            throw new JobRequestException($"{request.Input} or {request.Output}: {stalled.Message}", stalled, RefusalCause.Input);
        }
    }

    private JobSpecification Complete(JobRequest request)
    {
        try
        {
            var (inputRoot, single) = ArchiveRequest.Input(request.Input);
            var outputRoot = ArchiveRequest.Output(request.Output, inputRoot, single);
            if (!PictureSpool.Holds(pictures, inputRoot) && ArchiveScan.IsInside(data, outputRoot))
                throw new UsageException($"the output folder {outputRoot} is in the daemon's own data folder; choose another one");
            if (request.MaxMegapixels > maxMegapixels)
                throw new UsageException(
                    $"{request.MaxMegapixels:N0} megapixels are above this daemon's limit of {maxMegapixels:N0} (jobs.max_megapixels)"
                );
            var model = ModelLocator.Resolve(ModelFile(request.Model));
            return ArchiveRequest.Specification(
                request with
                {
                    MaxMegapixels = request.MaxMegapixels ?? Math.Min(maxMegapixels, JobSpecification.UsualMegapixels),
                    WithDistribution = request.WithDistribution && PictureSpool.Holds(pictures, inputRoot),
                },
                inputRoot,
                outputRoot,
                single,
                model,
                PictureSpool.Holds(pictures, inputRoot) ? BlockerPolicy.Fail : BlockerPolicy.Wait
            );
        }
        catch (Exception unusable)
            when (unusable
                    is UserException
                        or CheckpointException
                        or NetworkMismatchException
                        or DatasetException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            var failure = FailureMapping.Of(unusable);
            throw new JobRequestException(failure.Message, unusable, Cause(failure.Code));
        }
    }

    /// <summary>The cause that gives a client the exit code of the same mistake on this machine.</summary>
    internal static RefusalCause Cause(ExitCode code) =>
        code switch
        {
            ExitCode.Input => RefusalCause.Input,
            ExitCode.Output => RefusalCause.Output,
            _ => RefusalCause.Request,
        };

    /// <summary>Resolves the name to one file: a job keeps the model with which it was accepted.</summary>
    private string ModelFile(string? wanted)
    {
        if (wanted is null || !ModelName.IsOne(wanted))
            return DefaultModel.Choose(wanted).Path;
        return models.Find(wanted)?.File
            ?? DefaultModel.Shipped(wanted)
            ?? throw new InputException(
                $"no model is named '{wanted}': 'actorcolorize model list' lists the models, 'actorcolorize run promote' publishes one"
            );
    }
}
