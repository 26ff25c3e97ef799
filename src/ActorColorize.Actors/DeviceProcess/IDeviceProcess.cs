using Akka.Actor;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>Handle of a device process.</summary>
public interface IDeviceProcess : IDisposable
{
    /// <summary>Its process id.</summary>
    int ProcessId { get; }

    /// <summary>Completes when the process has ended.</summary>
    Task<ProcessEnd> Ended { get; }

    /// <summary>Sends it a message of the protocol; lost if the process is not connected.</summary>
    void Tell(object message);

    /// <summary>Sends SIGABRT, so that it may leave a core dump; a stopped process does not receive it.</summary>
    void Abort();

    /// <summary>Kills it.</summary>
    void Kill();
}

/// <summary>Starts device processes.</summary>
public interface IDeviceProcessStarter
{
    /// <summary>Starts a process and forwards its messages to its owner, as <see cref="FromDeviceProcess"/>.</summary>
    /// <param name="incarnation">The owner's number for it.</param>
    /// <param name="owner">The actor that it works for.</param>
    /// <exception cref="DeviceProcessException">It cannot be started.</exception>
    Task<IDeviceProcess> StartAsync(int incarnation, IActorRef owner);
}

/// <summary>A message from a device process.</summary>
/// <param name="Incarnation">Its number; late messages of an earlier process are ignored.</param>
/// <param name="Message">A message of the protocol.</param>
public sealed record FromDeviceProcess(int Incarnation, object Message);

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number where a signal ended it.</param>
/// <param name="LastWords">The last line that it wrote to standard error; null where there was none.</param>
public sealed record ProcessEnd(int ExitCode, string? LastWords)
{
    /// <summary>
    /// The exit code of a device process whose device's context is dead: it exits without touching tensors or writing anything.
    /// </summary>
    public const int PoisonedCode = 86;

    /// <summary>The exit code of a process that SIGKILL ended: it could not report a reason.</summary>
    public const int KilledCode = SignalBase + 9;

    private const int SignalBase = 128;

    /// <summary>One clause for messages.</summary>
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
            5 => "SIGTRAP",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            11 => "SIGSEGV",
            15 => "SIGTERM",
            31 => "SIGSYS",
            _ => $"signal {signal}",
        };
}

/// <summary>A device process cannot be started; the message is one line that says why.</summary>
public sealed class DeviceProcessException(string message, Exception? inner = null) : Exception(message, inner);
