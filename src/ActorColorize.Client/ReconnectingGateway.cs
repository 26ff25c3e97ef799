using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>A connection to a gateway that is re-established when it is lost; at most one connection at a time.</summary>
internal sealed class ReconnectingGateway : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ReportWaitsFrom = TimeSpan.FromSeconds(2); // shorter waits are not reported

    private readonly ClientOptions _options;
    private readonly SemaphoreSlim _connecting = new(1);
    private readonly int _gateways;
    private GatewayConnection _connection;
    private int _number;

    private ReconnectingGateway(ClientOptions options, GatewayConnection connection, int number)
    {
        _options = options;
        _gateways = GatewayTarget.Count(options);
        (_connection, _number) = (connection, number);
        Welcome = connection.Welcome;
    }

    /// <summary>The gateway's most recent welcome.</summary>
    public GatewayAnswers.Welcome Welcome { get; private set; }

    /// <summary>The name under which the daemon knows this client.</summary>
    public ClientId Client => Welcome.Client;

    /// <summary>
    /// Establishes the first connection. When several gateways are named and none is reachable, all are retried for
    /// <see cref="ClientOptions.WaitForCluster"/>; a refusal by a reachable gateway is final.
    /// </summary>
    /// <exception cref="ColorizeClientException">The connection cannot be established.</exception>
    public static async Task<ReconnectingGateway> OpenAsync(ClientOptions options, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var patience = GatewayTarget.Count(options) > 1 ? options.WaitForCluster : TimeSpan.Zero;
        for (var delay = FirstDelay; ; delay = NextDelay(delay))
        {
            try
            {
                var (connection, number) = await ConnectAsync(options, 0, cancellation);
                return new ReconnectingGateway(options, connection, number);
            }
            catch (ColorizeClientException away) when (away.Problem == ClientProblem.Unreachable && patience > TimeSpan.Zero)
            {
                if (clock.GetElapsedTime(began) + delay > patience)
                    throw TriedFor(clock.GetElapsedTime(began), away);
                if (delay == FirstDelay)
                    options.OnWaiting?.Invoke(
                        $"no gateway of the cluster can be reached yet, trying for {patience.TotalSeconds:0.#} s ({away.Message})"
                    );
            }

            await Task.Delay(delay, clock, cancellation);
        }
    }

    /// <summary>Sends a request until it is answered, under the same command id if the message has one.</summary>
    /// <param name="message">The request.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ColorizeClientException">The daemon refuses, or is unreachable for longer than the client's patience.</exception>
    public Task<TAnswer> AskAsync<TAnswer>(object message, CancellationToken cancellation)
        where TAnswer : class => AskAsync<TAnswer>(message, TimeSpan.Zero, cancellation);

    /// <summary>Sends a request until it is answered, under the same command id if the message has one.</summary>
    /// <param name="message">The request.</param>
    /// <param name="held">How long the daemon may wait for news before it answers.</param>
    /// <param name="cancellation">Cancels the call.</param>
    /// <exception cref="ColorizeClientException">The daemon refuses, or is unreachable for longer than the client's patience.</exception>
    public async Task<TAnswer> AskAsync<TAnswer>(object message, TimeSpan held, CancellationToken cancellation)
        where TAnswer : class
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var told = string.Empty;
        for (var delay = FirstDelay; ; delay = NextDelay(delay))
        {
            ColorizeClientException problem;
            var wait = delay;
            try
            {
                var connection = await ConnectedAsync(cancellation);
                var answer = await connection.AskAsync(message, held + AnswerWithin, cancellation);
                if (answer is TAnswer wanted)
                    return wanted;
                if (_gateways > 1 && answer is GatewayAnswers.Refused { Kind: GatewayRefusal.Unavailable })
                    await connection.AbandonAsync(); // another gateway may reach the leader when this one does not
                problem = ProblemIn(answer, out var askAgainAfter);
                if (askAgainAfter <= TimeSpan.Zero)
                    throw problem;
                wait = askAgainAfter > wait ? askAgainAfter : wait;
            }
            catch (ConnectionLostException lost)
            {
                problem = new ColorizeClientException(ClientProblem.Unreachable, lost.Message, lost);
            }
            catch (ColorizeClientException away) when (away.Problem == ClientProblem.Unreachable)
            {
                problem = away;
            }

            var soFar = clock.GetElapsedTime(began);
            if (soFar + wait > _options.Patience)
                throw TriedFor(soFar, problem);
            if (soFar + wait > ReportWaitsFrom && problem.Message != told)
            {
                told = problem.Message;
                _options.OnWaiting?.Invoke($"{told}; trying for another {(_options.Patience - soFar).TotalSeconds:0} s");
            }

            await Task.Delay(wait, clock, cancellation);
        }
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _connecting.Dispose();
    }

    private async Task<GatewayConnection> ConnectedAsync(CancellationToken cancellation)
    {
        await _connecting.WaitAsync(cancellation);
        try
        {
            if (!_connection.IsLost)
                return _connection;
            var (next, number) = await ConnectAsync(_options, (_number + 1) % _gateways, cancellation);
            await _connection.DisposeAsync();
            (_connection, _number) = (next, number);
            Welcome = next.Welcome;
            return next;
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Connects to the first gateway that accepts the client, beginning with the given one.</summary>
    private static async Task<(GatewayConnection Connection, int Number)> ConnectAsync(
        ClientOptions options,
        int first,
        CancellationToken cancellation
    )
    {
        var count = GatewayTarget.Count(options);
        for (var tried = 1; ; tried++)
        {
            var number = (first + tried - 1) % count;
            try
            {
                return (await GatewayConnection.OpenAsync(options, number, cancellation), number);
            }
            catch (ColorizeClientException away) when (away.Problem == ClientProblem.Unreachable)
            {
                if (tried == count)
                    throw;
            }
        }
    }

    private static TimeSpan NextDelay(TimeSpan delay) => delay * 2 < LongestDelay ? delay * 2 : LongestDelay;

    private static ColorizeClientException TriedFor(TimeSpan time, ColorizeClientException problem) =>
        new(problem.Problem, $"{problem.Message} (tried for {time.TotalSeconds:0} s)", problem);

    private static ColorizeClientException ProblemIn(object answer, out TimeSpan askAgainAfter)
    {
        askAgainAfter = answer switch
        {
            GatewayAnswers.Refused refused => refused.AskAgainAfter,
            JobAnswers.Refused { Kind: JobRefusal.Unavailable } => LongestDelay,
            _ => TimeSpan.Zero,
        };
        return answer switch
        {
            GatewayAnswers.Refused { Kind: GatewayRefusal.Unavailable } away => new(ClientProblem.Unavailable, away.Reason),
            JobAnswers.Refused { Kind: JobRefusal.Unavailable } away => new(ClientProblem.Unavailable, away.Reason),
            GatewayAnswers.Refused refused => new(ClientProblem.Refused, refused.Reason),
            JobAnswers.Refused { Kind: JobRefusal.UnknownJob } unknown => new(ClientProblem.UnknownJob, unknown.Reason),
            JobAnswers.Refused refused => new(ProblemOf(refused.Cause), refused.Reason),
            TrainingAnswers.Refused { Kind: TrainingRefusal.UnknownRun } unknown => new(ClientProblem.UnknownRun, unknown.Reason),
            TrainingAnswers.Refused refused => new(ProblemOf(refused.Cause), refused.Reason),
            TrainingReports.NoSuchRun none => new(ClientProblem.UnknownRun, $"there is no run {none.Run}"),
            TrainingReports.NotReadable not => new(ClientProblem.Refused, not.Reason),
            JobReports.NoSuchJob none => new(ClientProblem.UnknownJob, $"there is no job {none.Job}"),
            _ => new(
                ClientProblem.Version,
                $"the daemon answered with the unexpected message {answer.GetType().Name}: client and daemon have incompatible versions"
            ),
        };
    }

    private static ClientProblem ProblemOf(RefusalCause cause) =>
        cause switch
        {
            RefusalCause.Input => ClientProblem.Input,
            RefusalCause.Output => ClientProblem.Output,
            _ => ClientProblem.Refused,
        };
}
