using ActorColorize.Actors.DeviceProcess;
using Akka.Actor;

namespace ActorColorize.Actors.NodeProcess;

/// <summary>Handle of a cluster node that runs as a process on this machine.</summary>
public interface INodeProcess : IDisposable
{
    /// <summary>Its process id.</summary>
    int ProcessId { get; }

    /// <summary>Completes when the process has ended.</summary>
    Task<ProcessEnd> Ended { get; }

    /// <summary>Requests a graceful shutdown: drain, then leave the cluster.</summary>
    void Terminate();

    /// <summary>Kills it.</summary>
    void Kill();
}

/// <summary>Starts the processes of one node, one after another.</summary>
public interface INodeProcessStarter
{
    /// <summary>The node's name, for the log.</summary>
    string Name { get; }

    /// <summary>Starts a process; its output is sent to its owner as <see cref="NodeLine"/>.</summary>
    /// <exception cref="DeviceProcessException">It cannot be started.</exception>
    Task<INodeProcess> StartAsync(IActorRef owner);
}

/// <summary>A line that a node's process wrote.</summary>
/// <param name="Text">Without its end.</param>
/// <param name="IsError">Whether it was written to standard error.</param>
public sealed record NodeLine(string Text, bool IsError);

/// <summary>How a node's process is restarted.</summary>
public sealed record NodeProcessLimits
{
    /// <summary>Wait before the second of two failed starts in a row; doubled for each further one. The first start is immediate.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a start.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A process that has run this long resets the back-off: the next one is started immediately.</summary>
    public TimeSpan GoodLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a process that was asked to end may drain.</summary>
    public TimeSpan LeaveGrace { get; init; } = TimeSpan.FromSeconds(60);
}
