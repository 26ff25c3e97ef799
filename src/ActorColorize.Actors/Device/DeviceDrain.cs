using Akka;
using Akka.Actor;

namespace ActorColorize.Actors.Device;

/// <summary>
/// A device that is about to end: its worker takes nothing more, releases what it has not begun, finishes what it has, and releases the
/// rest when time is up. Answered by <see cref="Done"/> when it holds nothing any more.
/// </summary>
/// <param name="Within">How long it may finish.</param>
public sealed record DeviceDrain(TimeSpan Within);

/// <summary>Drains a device before its actor system leaves.</summary>
internal static class DeviceDrainHosting
{
    private const string Name = "drain-device";

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>The configuration that gives the drain its time.</summary>
    internal static string Hocon(TimeSpan within) => AkkaHocon.DrainWithin(within + Slack);

    /// <summary>Has the device drained when the system is shut down in good order.</summary>
    internal static void AddTo(ActorSystem system, IActorRef device, TimeSpan within) =>
        CoordinatedShutdown
            .Get(system)
            .AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, Name, () => device.Ask<Done>(new DeviceDrain(within), within + Slack));
}
