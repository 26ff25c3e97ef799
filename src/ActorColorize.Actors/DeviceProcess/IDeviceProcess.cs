using Akka.Actor;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>A device process as its owner sees it.</summary>
public interface IDeviceProcess : IDisposable
{
    /// <summary>Its process id.</summary>
    int ProcessId { get; }

    /// <summary>Completed when the process is gone.</summary>
    Task<ProcessEnd> Ended { get; }

    /// <summary>Sends it a message of the protocol; lost when the process is not there.</summary>
    void Tell(object message);

    /// <summary>Asks the system to end it so that it may leave a core dump; a stopped process does not hear it.</summary>
    void Abort();

    /// <summary>Ends it at once.</summary>
    void Kill();
}

/// <summary>Starts device processes.</summary>
public interface IDeviceProcessStarter
{
    /// <summary>Starts one and passes what it says on to its owner, as <see cref="FromDeviceProcess"/>.</summary>
    /// <param name="incarnation">The owner's number for it.</param>
    /// <param name="owner">Whom it works for.</param>
    /// <exception cref="DeviceProcessException">It cannot be started.</exception>
    Task<IDeviceProcess> StartAsync(int incarnation, IActorRef owner);
}

/// <summary>Something that a device process said.</summary>
/// <param name="Incarnation">Which one; what an earlier one said late is ignored.</param>
/// <param name="Message">A message of the protocol.</param>
public sealed record FromDeviceProcess(int Incarnation, object Message);

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number where a signal ended it.</param>
/// <param name="LastWords">The last line that it wrote to standard error; null where there was none.</param>
public sealed record ProcessEnd(int ExitCode, string? LastWords)
{
    /// <summary>
    /// The exit code of a device process whose device's context is dead: it touches no tensor any more, writes nothing, and leaves.
    /// </summary>
    public const int PoisonedCode = 86;

    /// <summary>The exit code of a process that SIGKILL ended: it had no chance to say anything.</summary>
    public const int KilledCode = SignalBase + 9;

    private const int SignalBase = 128;

    /// <summary>One clause for people.</summary>
    public override string ToString()
    {
        var how = ExitCode switch
        {
            PoisonedCode => "left because its device's context is dead",
            > SignalBase => $"was ended by {SignalName(ExitCode - SignalBase)}",
            _ => $"ended with exit code {ExitCode}",
        };
        return LastWords is null ? how : $"{how}: {LastWords}";
    }

    private static string SignalName(int signal) =>
        signal switch
        {
            4 => "SIGILL",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            11 => "SIGSEGV",
            15 => "SIGTERM",
            _ => $"signal {signal}",
        };
}

/// <summary>A device process cannot be started; the message is one line that says why.</summary>
public sealed class DeviceProcessException(string message, Exception? inner = null) : Exception(message, inner);
