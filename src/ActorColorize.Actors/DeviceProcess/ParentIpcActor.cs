using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Event;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>The parent's endpoint actor for one device process: forwards messages in both directions.</summary>
internal sealed class ParentIpcActor : ReceiveActor
{
    private IActorRef _process = ActorRefs.Nobody;

    /// <summary>Creates an endpoint whose process has not joined yet.</summary>
    /// <param name="incarnation">The owner's number for the process.</param>
    /// <param name="owner">The actor that the process works for; in another actor system of this process.</param>
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

    /// <summary>A message to send to the process.</summary>
    internal sealed record ToProcess(object Message);
}

/// <summary>A log message of an endpoint's remoting.</summary>
/// <param name="Text">One line.</param>
public sealed record IpcNotice(string Text);
