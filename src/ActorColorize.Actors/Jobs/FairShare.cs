using ActorColorize.Protocol;

namespace ActorColorize.Actors.Jobs;

/// <summary>
/// Chooses the next job by start-time fair queueing (Goyal, Vin and Cheng, 1996) over clients. Each client's virtual time advances by the
/// number of pictures leased to it, divided by the weight of the job's priority, and the client with the smallest virtual time is served. A
/// client that was idle returns at the present virtual time, not in the past: it can neither accumulate a share nor be starved.
/// </summary>
/// <remarks>
/// A client without open jobs is forgotten as soon as its virtual time is not ahead of the present, which changes nothing for it: it would
/// come back at the present anyway. One that is ahead (by a single grant at most) is remembered until the present has caught up, so that
/// ending a job and submitting the next gains nothing. When no client has open jobs, the present becomes the newest virtual time and all
/// are forgotten.
/// </remarks>
public sealed class FairShare
{
    private readonly Dictionary<ClientId, double> _finish = [];
    private readonly Dictionary<ClientId, int> _openJobs = [];
    private readonly SortedSet<(double Finish, string Client)> _leaving = [];
    private double _present;

    /// <summary>Number of clients whose virtual time is remembered.</summary>
    public int Remembered => _finish.Count;

    /// <summary>The share of a job of this priority, 1 for a normal one.</summary>
    public static double WeightOf(JobPriority priority) => Math.Pow(2, (int)priority - (int)JobPriority.Normal);

    /// <summary>The client has one more open job.</summary>
    public void Add(ClientId client) => _openJobs[client] = _openJobs.GetValueOrDefault(client) + 1;

    /// <summary>One of the client's open jobs has ended.</summary>
    public void Remove(ClientId client)
    {
        if (_openJobs.GetValueOrDefault(client) is > 1 and var left)
        {
            _openJobs[client] = left - 1;
            return;
        }

        _openJobs.Remove(client);
        if (_finish.TryGetValue(client, out var finish))
            _leaving.Add((finish, client.Value));
        if (_openJobs.Count == 0)
            _present = _finish.Values.Append(_present).Max();
        ForgetThePast();
    }

    /// <summary>
    /// The job to be served: the most urgent job of the client with the smallest virtual time, and of equally urgent ones the oldest.
    /// </summary>
    /// <returns>Null if there is none.</returns>
    public JobState? Choose(IEnumerable<JobState> contenders)
    {
        ArgumentNullException.ThrowIfNull(contenders);
        return contenders
            .OrderBy(job => StartOf(job.Origin.Client))
            .ThenByDescending(job => job.Priority)
            .ThenBy(job => job.Job.Value, StringComparer.Ordinal)
            .FirstOrDefault();
    }

    /// <summary>Charges the job's client for leased pictures.</summary>
    public void Charge(JobState job, int pictures)
    {
        ArgumentNullException.ThrowIfNull(job);
        _present = StartOf(job.Origin.Client);
        _finish[job.Origin.Client] = _present + pictures / WeightOf(job.Priority);
        ForgetThePast();
    }

    private double StartOf(ClientId client) => Math.Max(_present, _finish.GetValueOrDefault(client));

    private void ForgetThePast()
    {
        while (_leaving.Count > 0 && _leaving.Min is var leaving && leaving.Finish <= _present)
        {
            _leaving.Remove(leaving);
            var client = new ClientId(leaving.Client);
            // The client may have returned, or left again, in the meantime
            if (!_openJobs.ContainsKey(client) && _finish.TryGetValue(client, out var newest) && newest <= _present)
                _finish.Remove(client);
        }
    }
}
