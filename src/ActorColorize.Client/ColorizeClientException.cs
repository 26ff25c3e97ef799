namespace ActorColorize.Client;

/// <summary>A call to a daemon failed. The message is one line that says what failed and what to do.</summary>
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
    /// <summary>No daemon answers at the address.</summary>
    Unreachable,

    /// <summary>One side does not accept the other's certificate.</summary>
    NotTrusted,

    /// <summary>Daemon and client have no common protocol version.</summary>
    Version,

    /// <summary>There is no such job.</summary>
    UnknownJob,

    /// <summary>The daemon understood the command and refused it.</summary>
    Refused,

    /// <summary>The client's options are invalid.</summary>
    Options,

    /// <summary>There is no such run.</summary>
    UnknownRun,

    /// <summary>The daemon is reachable but temporarily unable to answer, and stayed so for the whole time limit.</summary>
    Unavailable,

    /// <summary>The daemon refused: something that the command names to be read is missing or cannot be read.</summary>
    Input,

    /// <summary>The daemon refused: the place that the command names to be written cannot be written.</summary>
    Output,
}
