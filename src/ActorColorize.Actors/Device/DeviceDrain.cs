using Akka;
using Akka.Actor;

namespace ActorColorize.Actors.Device;

/// <summary>
/// Drain a device: its worker accepts no more work, releases units that it has not begun, finishes the others, and releases the rest when
/// the time is up. Answered by <see cref="Done"/> when it holds no units.
/// </summary>
/// <param name="Within">Time to finish.</param>
public sealed record DeviceDrain(TimeSpan Within);

/// <summary>Drains a device before its actor system leaves.</summary>
internal static class DeviceDrainHosting
{
    private const string Name = "drain-device";

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    /// <summary>Configuration that allows the drain its time.</summary>
    internal static string Hocon(TimeSpan within) => AkkaHocon.DrainWithin(within + Slack);

    /// <summary>Drains the device during a coordinated shutdown of the system.</summary>
    internal static void AddTo(ActorSystem system, IActorRef device, TimeSpan within) =>
        CoordinatedShutdown
            .Get(system)
            .AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, Name, () => device.Ask<Done>(new DeviceDrain(within), within + Slack));
}
