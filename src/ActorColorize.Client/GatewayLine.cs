using ActorColorize.Protocol;

namespace ActorColorize.Client;

/// <summary>A line to a gateway that is mended when it breaks: one connection at a time, and another when it is lost.</summary>
internal sealed class GatewayLine : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly ClientOptions _options;
    private readonly SemaphoreSlim _connecting = new(1);
    private GatewayConnection _connection;

    private GatewayLine(ClientOptions options, GatewayConnection connection)
    {
        _options = options;
        _connection = connection;
        Welcome = connection.Welcome;
    }

    /// <summary>What the gateway said last.</summary>
    public GatewayAnswers.Welcome Welcome { get; private set; }

    /// <summary>Connects for the first time.</summary>
    /// <exception cref="ColorizeClientException">It does not come about.</exception>
    public static async Task<GatewayLine> OpenAsync(ClientOptions options, CancellationToken cancellation) =>
        new(options, await GatewayConnection.OpenAsync(options, cancellation));

    /// <summary>Asks until there is an answer, under one and the same command id where the message has one.</summary>
    /// <param name="message">What to ask.</param>
    /// <param name="within">How long one asking may take before the connection counts as lost.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ColorizeClientException">The daemon refuses, or is away for longer than the client's patience.</exception>
    public async Task<TAnswer> AskAsync<TAnswer>(object message, TimeSpan within, CancellationToken cancellation)
        where TAnswer : class
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        for (var delay = FirstDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            ColorizeClientException problem;
            var wait = delay;
            try
            {
                var connection = await ConnectedAsync(cancellation);
                var answer = await connection.AskAsync(message, within, cancellation);
                if (answer is TAnswer wanted) return wanted;
                problem = ProblemIn(answer, out var askAgainAfter);
                if (askAgainAfter <= TimeSpan.Zero) throw problem;
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

            if (clock.GetElapsedTime(began) + wait > _options.Patience)
                throw new ColorizeClientException(problem.Problem, $"{problem.Message} (tried for {clock.GetElapsedTime(began).TotalSeconds:0} s)", problem);
            await Task.Delay(wait, clock, cancellation);
        }
    }

    /// <summary>Ends the connection.</summary>
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
            if (!_connection.IsLost) return _connection;
            var next = await GatewayConnection.OpenAsync(_options, cancellation);
            await _connection.DisposeAsync();
            _connection = next;
            Welcome = next.Welcome;
            return next;
        }
        finally
        {
            _connecting.Release();
        }
    }

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
            GatewayAnswers.Refused refused => new(ClientProblem.Refused, refused.Reason),
            JobAnswers.Refused { Kind: JobRefusal.UnknownJob } unknown => new(ClientProblem.UnknownJob, unknown.Reason),
            JobAnswers.Refused refused => new(ClientProblem.Refused, refused.Reason),
            TrainingAnswers.Refused { Kind: TrainingRefusal.UnknownRun } unknown => new(ClientProblem.UnknownRun, unknown.Reason),
            TrainingAnswers.Refused refused => new(ClientProblem.Refused, refused.Reason),
            TrainingReports.NoSuchRun none => new(ClientProblem.UnknownRun, $"there is no run {none.Run}"),
            TrainingReports.NotReadable not => new(ClientProblem.Refused, not.Reason),
            JobReports.NoSuchJob none => new(ClientProblem.UnknownJob, $"there is no job {none.Job}"),
            _ => new(ClientProblem.Version, $"the daemon answers with {answer.GetType().Name}, which this client does not expect: their versions do not fit"),
        };
    }
}
