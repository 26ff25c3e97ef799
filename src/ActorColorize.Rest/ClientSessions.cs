using ActorColorize.Gateway;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>Speaks with clients' sessions: an answer is what was asked for, or a problem.</summary>
internal sealed class ClientSessions(IClientSessions sessions)
{
    // A session gives up on the inside after its own limit and says so; this is the longer one.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    /// <summary>Asks, and wants an answer of one kind.</summary>
    /// <exception cref="RestProblem">It is refused, or there is no such job or run.</exception>
    public async Task<T> AskAsync<T>(ClientId client, object message)
        where T : class => Wanted<T>(await sessions.AskAsync(client, message, AnswerWithin));

    /// <summary>
    /// What happened to a job after an event; waits for the first of it. A session that holds the client back, or cannot answer for a while,
    /// is asked again: a watcher does not lose its place.
    /// </summary>
    /// <exception cref="RestProblem">There is no such job.</exception>
    public async Task<JobReports.EventPage> UpdatesAsync(ClientId client, JobQueries.EventsAfter query, CancellationToken cancellation)
    {
        while (true)
        {
            var answer = await sessions.AskAsync(client, query, query.Wait + AnswerWithin).WaitAsync(cancellation);
            if (answer is not GatewayAnswers.Refused { AskAgainAfter: var wait } || wait == TimeSpan.Zero)
                return Wanted<JobReports.EventPage>(answer);
            await Task.Delay(wait, cancellation);
        }
    }

    private static T Wanted<T>(object answer)
        where T : class =>
        answer switch
        {
            T wanted => wanted,
            GatewayAnswers.Refused refused => throw RestProblem.Of(refused),
            JobAnswers.Refused refused => throw RestProblem.Of(refused),
            JobReports.NoSuchJob unknown => throw RestProblem.UnknownJob(unknown.Job),
            TrainingAnswers.Refused refused => throw RestProblem.Of(refused),
            TrainingReports.NoSuchRun unknown => throw RestProblem.UnknownRun(unknown.Run),
            TrainingReports.NotReadable unreadable => throw RestProblem.Unavailable(unreadable.Reason, TimeSpan.FromSeconds(10)),
            _ => throw new InvalidOperationException($"{answer.GetType().Name} is no answer to this"),
        };
}
