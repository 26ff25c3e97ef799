using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// The parent's side of the endpoint to one device process: passes on what the process says, and to the process what it is told.
/// </summary>
internal sealed class ParentIpcActor : ReceiveActor
{
    private IActorRef _process = ActorRefs.Nobody;

    /// <summary>A endpoint whose process has not come yet.</summary>
    /// <param name="incarnation">The owner's number for the process.</param>
    /// <param name="owner">Whom the process works for; an actor of another system in this process.</param>
    public ParentIpcActor(int incarnation, IActorRef owner)
    {
        Receive<ToProcess>(envelope => _process.Tell(envelope.Message));
        Receive<DeviceProcessEvents.Joining>(joining =>
        {
            _process = Sender;
            owner.Tell(new FromDeviceProcess(incarnation, joining));
        });
        Receive<LogEvent>(notice => owner.Tell(new IpcNotice(FirstLine(notice.Message.ToString()))));
        Receive<object>(
            message => Sender.Equals(_process) && StrictSerialization.Carries(message),
            message => owner.Tell(new FromDeviceProcess(incarnation, message))
        );
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(Warning));
        Context.System.EventStream.Subscribe(Self, typeof(Error));
    }

    private static string FirstLine(string? text) => text?.Split('\n', 2)[0].TrimEnd() ?? string.Empty;

    /// <summary>To be sent to the process.</summary>
    internal sealed record ToProcess(object Message);
}

/// <summary>The remoting of a endpoint has something to say, for the log.</summary>
/// <param name="Text">One line.</param>
public sealed record IpcNotice(string Text);
