namespace ActorColorize.Client;

/// <summary>A call to a daemon failed; the message is one line that says what, and what to do.</summary>
public sealed class ColorizeClientException : Exception
{
    internal ColorizeClientException(ClientProblem problem, string message, Exception? inner = null)
        : base(message, inner) => Problem = problem;

    /// <summary>What kind of problem.</summary>
    public ClientProblem Problem { get; }
}

/// <summary>Why a call to a daemon failed.</summary>
public enum ClientProblem
{
    /// <summary>No daemon answers there.</summary>
    Unreachable,

    /// <summary>One of the two ends does not accept the other's certificate.</summary>
    NotTrusted,

    /// <summary>Daemon and client do not speak the same version.</summary>
    Version,

    /// <summary>There is no such job.</summary>
    UnknownJob,

    /// <summary>The daemon understood the command and does not carry it out.</summary>
    Refused,

    /// <summary>The client's own options make no sense.</summary>
    Options,

    /// <summary>There is no such run.</summary>
    UnknownRun,

    /// <summary>
    /// The daemon is there, but cannot do it at the moment, and that has not changed in all the time that was to be waited.
    /// </summary>
    Unavailable,
}
