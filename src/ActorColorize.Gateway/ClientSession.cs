using System.Diagnostics;
using ActorColorize.Protocol;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Gateway;

/// <summary>
/// The session of one client: applies the client's quota to its messages, puts the client's name on its commands, forwards them to the
/// daemon and returns the answers. A session without messages is closed after its idle timeout; the client then needs a new handshake.
/// </summary>
internal sealed class ClientSession : ReceiveActor
{
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IdleUntilClosed = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ClientId _client;
    private readonly GatewayBackends _backends;
    private readonly ClientLimits _limits;
    private readonly ClientQuota _quota;
    private readonly TimeProvider _clock;
    private long? _throttledAt; // when the log said so
    private bool _isUnanswered;

    /// <summary>A session for one client.</summary>
    public ClientSession(ClientId client, GatewayBackends backends, ClientLimits limits, TimeProvider clock)
    {
        _client = client;
        _backends = backends;
        _limits = limits;
        _quota = new ClientQuota(limits, clock);
        _clock = clock;
        SetReceiveTimeout(IdleUntilClosed);
        Receive<Attach>(lead => lead.Connection.Tell(new GatewayAnswers.Welcome(client, backends.Daemon.Program, KeepAliveEvery)));
        Receive<GatewayCommands.KeepAlive>(_ => { }); // its arrival has reset the idle timeout
        Receive<GatewayCommands.SubmitJob>(command => Handle(command, () => SubmitAsync(command)));
        Receive<JobCommands.Submit>(_ =>
            Refuse(GatewayRefusal.NotForClients, "jobs are submitted as requests: update the client", TimeSpan.Zero)
        );
        Receive<JobCommands.IJobCommand>(command =>
            Handle(command, () => AskJobsAsync(ClientCommands.Of(client, command), _limits.AnswerWithin))
        );
        Receive<JobQueries.EventsAfter>(query =>
        {
            var wait = query.Wait < LongestWait ? query.Wait : LongestWait;
            Handle(query, () => AskJobsAsync(query with { Wait = wait }, wait + _limits.AnswerWithin));
        });
        Receive<JobQueries.IJobQuery>(query => Handle(query, () => AskJobsAsync(query, _limits.AnswerWithin)));
        Receive<TrainingCommands.ITrainingCommand>(command => Handle(command, () => TellTrainingAsync(ClientTraining.Of(client, command))));
        Receive<TrainingQueries.UpdatesAfter>(query =>
        {
            var wait = query.Wait < LongestWait ? query.Wait : LongestWait;
            Handle(query, () => AskTrainingAsync(query with { Wait = wait }, wait + _limits.AnswerWithin));
        });
        Receive<TrainingQueries.ITrainingQuery>(query => Handle(query, () => AskTrainingAsync(query, _limits.AnswerWithin)));
        Receive<GatewayCommands.ShowDaemon>(query =>
        {
            var acceptor = Context.Parent;
            Handle(query, () => ShowDaemonAsync(acceptor));
        });
        Receive<GatewayCommands.ShowNodes>(query => Handle(query, () => Task.FromResult<object>(_backends.Nodes())));
        Receive<Answered>(answered =>
        {
            _quota.Answered();
            _isUnanswered = false;
            answered.Connection.Tell(answered.Answer);
        });
        Receive<Unanswered>(unanswered =>
        {
            _quota.Answered();
            Log(unanswered);
            unanswered.Connection.Tell(RefusalOf(unanswered.Cause));
        });
        Receive<ReceiveTimeout>(_ =>
        {
            if (_quota.InFlight > 0)
                return;
            _log.Info("{0} has disconnected", client);
            Context.Stop(Self);
        });
        ReceiveAny(message =>
        {
            _log.Warning("dropped {0} from {1} ({2}): clients may not send it", message.GetType().Name, client, Sender.Path.Address);
            Refuse(GatewayRefusal.NotForClients, $"clients may not send {message.GetType().Name}", TimeSpan.Zero);
        });
    }

    private void Handle(object message, Func<Task<object>> answer)
    {
        var quota = _quota.Take();
        switch (quota.Excess)
        {
            case QuotaExcess.None:
                var connection = Sender;
                answer()
                    .PipeTo(
                        Self,
                        success: said => new Answered(connection, said),
                        failure: cause => new Unanswered(connection, message, cause)
                    );
                break;
            case QuotaExcess.TooFast:
                Throttle(GatewayRefusal.TooFast, $"more than {_limits.PerSecond} messages per second", quota.AskAgainAfter);
                break;
            default:
                Throttle(GatewayRefusal.TooManyAtOnce, $"more than {_limits.InFlight} concurrent requests", quota.AskAgainAfter);
                break;
        }
    }

    private void Throttle(GatewayRefusal kind, string reason, TimeSpan askAgainAfter)
    {
        // Once a minute, not for each message: a client at its limit is above and below it many times a second
        if (_throttledAt is not { } told || _clock.GetElapsedTime(told) >= TimeSpan.FromMinutes(1))
        {
            _log.Warning("{0} is throttled: {1}", _client, reason);
            _throttledAt = _clock.GetTimestamp();
        }

        Refuse(kind, reason, askAgainAfter);
    }

    private void Refuse(GatewayRefusal kind, string reason, TimeSpan askAgainAfter) =>
        Sender.Tell(new GatewayAnswers.Refused(kind, reason, askAgainAfter));

    private void Log(Unanswered unanswered)
    {
        var what = $"{unanswered.Message.GetType().Name} of {_client}{About(unanswered.Message)}";
        if (unanswered.Cause is not AskTimeoutException)
            _log.Error(unanswered.Cause, "{0} failed", what);
        else if (!_isUnanswered)
            _log.Warning(unanswered.Cause, "{0} was not answered in time", what); // once until there is an answer, not for each message
        _isUnanswered |= unanswered.Cause is AskTimeoutException;
    }

    private static string About(object message) =>
        message switch
        {
            IWithJobId { Job: var job } => $" about job {job}",
            IWithRunId { Run: var run } => $" about run {run}",
            GatewayCommands.SubmitJob { Key: var key } => $" under key {key}",
            TrainingCommands.Submit { Key: var key } => $" under key {key}",
            _ => "",
        };

    private static GatewayAnswers.Refused RefusalOf(Exception cause) =>
        new(
            GatewayRefusal.Unavailable,
            cause is AskTimeoutException
                ? "the daemon cannot answer at the moment; the request can be retried"
                : $"the daemon did not answer ({cause.GetType().Name}); the request can be retried",
            TimeSpan.FromSeconds(1)
        );

    private async Task<object> AskJobsAsync(object message, TimeSpan within) =>
        _backends.Jobs.IsNobody() ? new GatewayAnswers.Refused(GatewayRefusal.NotForClients, "there are no jobs here", TimeSpan.Zero)
        : await _backends.Jobs.Ask<object>(message, within).ConfigureAwait(false) is var answer && answer is JobReports.NotReadable away
            ? new GatewayAnswers.Refused(GatewayRefusal.Unavailable, away.Reason, TimeSpan.FromSeconds(1))
        : answer;

    private async Task<object> SubmitAsync(GatewayCommands.SubmitJob command)
    {
        using var span = Tracing.StartUnder(command.TraceParent, "job.accept", ActivityKind.Server);
        JobSpecification specification;
        try
        {
            JobRequestCheck.Require(command);
            specification = await _backends.Requests.CompleteAsync(command.Request).ConfigureAwait(false) with { TraceParent = span?.Id };
        }
        catch (JobRequestException wrong)
        {
            return new JobAnswers.Refused(command.Command, JobRefusal.Invalid, wrong.Message, wrong.Cause);
        }

        if (
            specification.RejectedOf is { } other
            && await RefusalOfRerunAsync(command.Command, specification, other).ConfigureAwait(false) is { } refusal
        )
            return refusal;
        if (
            await OpenJobs
                .AreTooManyAsync(_backends.Jobs, _client, command.Key, _limits.OpenJobs, _limits.AnswerWithin)
                .ConfigureAwait(false)
        )
            return new GatewayAnswers.Refused(
                GatewayRefusal.TooManyOpenJobs,
                $"{_client} has {_limits.OpenJobs} open jobs, which is its limit",
                TimeSpan.Zero
            );
        return await AskJobsAsync(
                new JobCommands.Submit(command.Command, _client, command.Key, command.Priority, specification),
                _limits.AnswerWithin
            )
            .ConfigureAwait(false);
    }

    /// <summary>Why the rejected pictures of a job cannot be coloured again; null if they can.</summary>
    private async Task<object?> RefusalOfRerunAsync(CommandId command, JobSpecification specification, JobId other)
    {
        var found = await AskJobsAsync(new JobQueries.Show(other), _limits.AnswerWithin).ConfigureAwait(false);
        if (found is JobReports.NoSuchJob)
            return new JobAnswers.Refused(command, JobRefusal.UnknownJob, $"there is no job {other}");
        if (found is not JobReports.JobStatus { Specification: var first })
            return found;
        if (first.InputRoot != specification.InputRoot || first.OutputRoot != specification.OutputRoot)
            return new JobAnswers.Refused(
                command,
                JobRefusal.Invalid,
                $"the rejected pictures of job {other} are coloured again from {first.InputRoot} into {first.OutputRoot}, nowhere else"
            );
        var reviews = await AskJobsAsync(new JobQueries.Reviews(other), _limits.AnswerWithin).ConfigureAwait(false);
        return reviews switch
        {
            JobReports.ReviewCounts { Rejected: > 0 } => null,
            JobReports.ReviewCounts => new JobAnswers.Refused(
                command,
                JobRefusal.NotInThisPhase,
                $"no result of job {other} is rejected: there is nothing to colour again"
            ),
            _ => reviews,
        };
    }

    private async Task<object> TellTrainingAsync(TrainingCommands.ITrainingCommand command) =>
        ClientTraining.Objection(command) is { } objection
            ? new TrainingAnswers.Refused(command.Command, TrainingRefusal.Invalid, objection)
            : (command is TrainingCommands.DeleteModel delete ? await RefusalByJobsAsync(delete).ConfigureAwait(false) : null)
                ?? await AskTrainingAsync(command, _limits.AnswerWithin).ConfigureAwait(false);

    /// <summary>The refusal to delete a model that open jobs use; null if no job uses it. The run coordinator checks the runs.</summary>
    private async Task<object?> RefusalByJobsAsync(TrainingCommands.DeleteModel command)
    {
        var answer = await AskTrainingAsync(new TrainingQueries.Models(), _limits.AnswerWithin).ConfigureAwait(false);
        if (answer is not TrainingReports.ModelPage page)
            return answer;
        if (page.Models.FirstOrDefault(model => model.Name == command.Model) is not { } model)
            return null;
        var users = await AskJobsAsync(new JobQueries.UsersOfModel(Path.GetDirectoryName(model.File)!), _limits.AnswerWithin)
            .ConfigureAwait(false);
        return users is not JobReports.ModelUsers { Jobs: var jobs } ? users
            : jobs.Count == 0 ? null
            : new TrainingAnswers.Refused(
                command.Command,
                TrainingRefusal.ModelInUse,
                $"the model '{command.Model}' is needed by job {jobs[0]}"
                    + (jobs.Count > 1 ? $" and {jobs.Count - 1} more" : string.Empty)
                    + ": wait until they have ended, or cancel them"
            );
    }

    private Task<object> AskTrainingAsync(object message, TimeSpan within) =>
        _backends.Training.IsNobody()
            ? Task.FromResult<object>(new GatewayAnswers.Refused(GatewayRefusal.NotForClients, "this daemon does not train", TimeSpan.Zero))
            : _backends.Training.Ask<object>(message, within);

    private async Task<object> ShowDaemonAsync(IActorRef acceptor)
    {
        var clients = await acceptor.Ask<int>(new ConnectionAcceptor.CountClients(), _limits.AnswerWithin).ConfigureAwait(false);
        return new GatewayAnswers.DaemonStatus(
            _backends.Daemon.Program,
            Environment.ProcessId,
            _backends.Daemon.StartedAt,
            clients,
            _backends.Daemon.Device,
            _backends.Daemon.Certificate
        );
    }

    /// <summary>Tells a connection of this client its session.</summary>
    internal sealed record Attach(IActorRef Connection);

    private sealed record Answered(IActorRef Connection, object Answer);

    private sealed record Unanswered(IActorRef Connection, object Message, Exception Cause);
}
