using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Who is next: start-time fair queueing (Goyal, Vin and Cheng, 1996) over clients. Each client's virtual time moves on by what was leased to
/// it, divided by the weight of the job's priority,
/// and the client that is furthest behind is served. A client that had nothing to do comes back at the present, not in the past: it can
/// neither save up a share nor be starved.
/// </summary>
public sealed class FairShare
{
    private readonly Dictionary<ClientId, double> _finish = [];
    private double _present;

    /// <summary>The share of a job of this priority, 1 for a normal one.</summary>
    public static double WeightOf(JobPriority priority) => Math.Pow(2, (int)priority - (int)JobPriority.Normal);

    /// <summary>The job to be served: of the client that is furthest behind, the most urgent, and of those the oldest.</summary>
    /// <returns>Null where there is none.</returns>
    public JobState? Choose(IEnumerable<JobState> contenders)
    {
        ArgumentNullException.ThrowIfNull(contenders);
        return contenders
            .OrderBy(job => StartOf(job.Origin.Client))
            .ThenByDescending(job => job.Priority)
            .ThenBy(job => job.Job.Value, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>So many pictures of this job were leased.</summary>
    public void Charge(JobState job, int pictures)
    {
        ArgumentNullException.ThrowIfNull(job);
        _present = StartOf(job.Origin.Client);
        _finish[job.Origin.Client] = _present + pictures / WeightOf(job.Priority);
    }

    private double StartOf(ClientId client) => Math.Max(_present, _finish.GetValueOrDefault(client));
}
