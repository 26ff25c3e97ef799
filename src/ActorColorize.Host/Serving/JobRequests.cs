using ActorColorize.Actors.Runs;
using ActorColorize.Data.Datasets;
using ActorColorize.Gateway;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>Completes what clients of this daemon want, with what lies on the daemon's disks.</summary>
/// <param name="models">The models that have names.</param>
/// <param name="pictures">The folder of pictures that somebody waits for (see <see cref="PictureSpool"/>): their jobs do not wait until an
/// blocker is resolved.</param>
internal sealed class JobRequests(ModelRegistry models, string pictures) : IJobRequests
{
    /// <inheritdoc/>
    public Task<JobSpecification> CompleteAsync(JobRequest request) => Task.Run(() => Complete(request));

    private JobSpecification Complete(JobRequest request)
    {
        try
        {
            var (inputRoot, single) = ArchiveRequest.Input(request.Input);
            var outputRoot = ArchiveRequest.Output(request.Output, inputRoot, single);
            var model = ModelLocator.Resolve(ModelFile(request.Model));
            return ArchiveRequest.Specification(
                request,
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
            throw new JobRequestException(FailureMapping.OneLine(unusable.Message), unusable);
        }
    }

    /// <summary>A name means one file from now on: a job keeps the model that it was accepted with.</summary>
    private string ModelFile(string? wanted)
    {
        if (wanted is null || !ModelName.IsOne(wanted))
            return DefaultModel.Choose(wanted).Path;
        return models.Find(wanted)?.File
            ?? throw new InputException(
                $"there is no model called '{wanted}': 'actorcolorize model list' shows those that there are, 'actorcolorize run promote' makes one"
            );
    }
}
