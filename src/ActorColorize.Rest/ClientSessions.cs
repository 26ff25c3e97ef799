using ActorColorize.Gateway;
using ActorColorize.Protocol;

namespace ActorColorize.Rest;

/// <summary>Sends requests to clients' sessions; the result is the expected answer, or a problem.</summary>
internal sealed class ClientSessions(IClientSessions sessions)
{
    // A session has its own, shorter timeout and reports it.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);

    /// <summary>Sends a request and expects an answer of one type.</summary>
    /// <exception cref="RestProblem">The request is refused, or there is no such job or run.</exception>
    public async Task<T> AskAsync<T>(ClientId client, object message)
        where T : class => Wanted<T>(await sessions.AskAsync(client, message, AnswerWithin));

    /// <summary>
    /// Events of a job after a given one; waits for the first. If the session throttles the client or is temporarily unavailable, the
    /// request is retried, so a watcher keeps its position.
    /// </summary>
    /// <exception cref="RestProblem">There is no such job.</exception>
    public Task<JobReports.EventPage> UpdatesAsync(ClientId client, JobQueries.EventsAfter query, CancellationToken cancellation) =>
        PatientlyAsync<JobReports.EventPage>(client, query, query.Wait, cancellation);

    /// <summary>The same for a run.</summary>
    /// <exception cref="RestProblem">There is no such run.</exception>
    public Task<TrainingReports.RunUpdates> UpdatesAsync(
        ClientId client,
        TrainingQueries.UpdatesAfter query,
        CancellationToken cancellation
    ) => PatientlyAsync<TrainingReports.RunUpdates>(client, query, query.Wait, cancellation);

    private async Task<T> PatientlyAsync<T>(ClientId client, object query, TimeSpan within, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            var answer = await sessions.AskAsync(client, query, within + AnswerWithin).WaitAsync(cancellation);
            if (answer is not GatewayAnswers.Refused { AskAgainAfter: var wait } || wait == TimeSpan.Zero)
                return Wanted<T>(answer);
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
            _ => throw new InvalidOperationException($"{answer.GetType().Name} is not an expected answer"),
        };
}
