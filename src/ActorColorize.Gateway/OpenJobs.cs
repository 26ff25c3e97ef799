using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Gateway;

/// <summary>Number of open jobs of a client, counted up to its limit.</summary>
internal static class OpenJobs
{
    private const int Page = 100;
    private const int PageLimit = 20; // open jobs are among a client's newest

    /// <summary>Whether one more job would exceed the limit. A submission under an existing key does not count as another job.</summary>
    public static async Task<bool> AreTooManyAsync(IActorRef jobs, ClientId client, string key, int limit, TimeSpan within)
    {
        var open = 0;
        string? cursor = null;
        for (var i = 0; i < PageLimit; i++)
        {
            // When jobs cannot be read, none is accepted either, and the answer to the submission reports why.
            if (
                await jobs.Ask<object>(new JobQueries.List(client, cursor, Page), within).ConfigureAwait(false)
                is not JobReports.JobPage page
            )
                return false;
            if (page.Jobs.Any(job => string.Equals(job.Key, key, StringComparison.Ordinal)))
                return false;
            open += page.Jobs.Count(job =>
                job.Phase is not (JobPhase.Completed or JobPhase.CompletedWithErrors or JobPhase.Failed or JobPhase.Cancelled)
            );
            if (open >= limit)
                return true;
            if (page.Next is null)
                return false;
            cursor = page.Next;
        }

        return false;
    }
}
