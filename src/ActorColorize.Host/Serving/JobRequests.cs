using ActorColorize.Data.Datasets;
using ActorColorize.Gateway;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Networks;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>Completes what clients of this daemon want, with what lies on the daemon's disks.</summary>
/// <param name="pictures">The folder of pictures that somebody waits for (see <see cref="PictureSpool"/>): their jobs do not wait until an obstacle is mended.</param>
internal sealed class JobRequests(string pictures) : IJobRequests
{
    /// <inheritdoc/>
    public Task<JobSpecification> CompleteAsync(JobRequest request) => Task.Run(() => Complete(request));

    private JobSpecification Complete(JobRequest request)
    {
        try
        {
            var (inputRoot, single) = ArchiveRequest.Input(request.Input);
            var outputRoot = ArchiveRequest.Output(request.Output, inputRoot);
            var model = ModelLocator.Resolve(DefaultModel.Choose(request.Model).Path);
            return ArchiveRequest.Specification(request, inputRoot, outputRoot, single, model, PictureSpool.Holds(pictures, inputRoot) ? ObstaclePolicy.Fail : ObstaclePolicy.Wait);
        }
        catch (Exception unusable) when (unusable is UserException or CheckpointException or NetworkMismatchException or DatasetException or IOException or UnauthorizedAccessException)
        {
            throw new JobRequestException(FailureMapping.OneLine(unusable.Message), unusable);
        }
    }
}
