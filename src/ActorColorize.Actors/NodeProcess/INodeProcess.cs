using ActorColorize.Actors.DeviceProcess;
using Akka.Actor;

namespace ActorColorize.Actors.NodeProcess;

/// <summary>A node of a cluster that is a process of this machine, as its parent sees it.</summary>
public interface INodeProcess : IDisposable
{
    /// <summary>Its process id.</summary>
    int ProcessId { get; }

    /// <summary>Completed when the process is gone.</summary>
    Task<ProcessEnd> Ended { get; }

    /// <summary>Asks it to end in good order: to drain, to leave the cluster.</summary>
    void Terminate();

    /// <summary>Ends it at once.</summary>
    void Kill();
}

/// <summary>Starts the processes of one node, one after another.</summary>
public interface INodeProcessStarter
{
    /// <summary>The node's name, for the log.</summary>
    string Name { get; }

    /// <summary>Starts one; what it writes is told to its owner as <see cref="NodeLine"/>.</summary>
    /// <exception cref="DeviceProcessException">It cannot be started.</exception>
    Task<INodeProcess> StartAsync(IActorRef owner);
}

/// <summary>A line that a node's process wrote.</summary>
/// <param name="Text">Without its end.</param>
/// <param name="IsError">Whether it came through standard error.</param>
public sealed record NodeLine(string Text, bool IsError);

/// <summary>How a node's process is kept going.</summary>
public sealed record NodeProcessLimits
{
    /// <summary>
    /// Wait before the second of two starts in a row that came to nothing; doubled for each further one. The first is at once.
    /// </summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a start.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A process that has lived so long was a good one: the next is started at once.</summary>
    public TimeSpan GoodLife { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a process that was asked to end may drain.</summary>
    public TimeSpan LeaveGrace { get; init; } = TimeSpan.FromSeconds(60);
}
