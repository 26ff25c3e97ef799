using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;

namespace ActorColorize.Protocol.Tests.Serialization;

/// <summary>Every message survives a round trip through the serializer.</summary>
public sealed class RoundTripTests() : TestKit($"akka.actor.serialize-messages = on\n{StrictSerialization.Hocon}")
{
    [Fact]
    public void No_message_is_forgotten()
    {
        var forgotten = ExampleMessage.Types.Except(ProtocolMessages.All.Select(mapping => mapping.Type));

        Assert.Empty(forgotten);
        Assert.True(ExampleMessage.Types.Count > 30);
    }

    [Fact]
    public void Manifests_are_short() => Assert.All(ProtocolMessages.All, mapping => Assert.Matches("^[a-z]{2,3}$", mapping.Manifest));

    [Fact]
    public void Every_message_is_bound_to_the_one_serializer() =>
        Assert.All(ProtocolMessages.All, mapping =>
            Assert.IsType<ProtocolSerializer>(Sys.Serialization.FindSerializerForType(mapping.Type))
        );

    [Fact]
    public void A_deserialized_message_equals_the_original() =>
        Gen.Int.Sample(
            seed =>
            {
                var examples = new ExampleMessage(new DrawnValues(seed));
                foreach (var type in ExampleMessage.Types)
                {
                    var said = examples.Of(type);
                    var mapping = ProtocolMessages.Of(said);

                    var heard = ProtocolMessages.Named(mapping.Manifest).FromBytes(mapping.ToBytes(said));

                    Assert.Equal(MessageText.Of(said), MessageText.Of(heard));
                }
            },
            iter: 200
        );

    [Fact]
    public void Actors_that_are_made_to_serialize_everything_understand_every_message()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Echo()), "echo");
        var examples = new ExampleMessage(new FixedValues());
        foreach (var said in ExampleMessage.Types.Select(examples.Of))
        {
            echo.Tell(said, TestActor);

            Assert.Equal(MessageText.Of(said), MessageText.Of(ReceiveOne(TimeSpan.FromSeconds(10))!));
        }
    }

    [Fact]
    public void Every_message_can_be_written_into_a_log() =>
        Assert.All(ExampleMessage.Types.Select(new ExampleMessage(new FixedValues()).Of), message => Assert.NotEmpty(message.ToString()!));

    [Fact]
    public void A_cause_of_many_pages_is_cut()
    {
        var mapping = ProtocolMessages.Of(Returned(string.Empty));

        var heard = (WorkCommands.ReleaseAllWork)mapping.FromBytes(mapping.ToBytes(Returned(new string('c', 100_000))));

        Assert.Equal(4001, heard.Detail.Length);
    }

    private static WorkCommands.ReleaseAllWork Returned(string detail) => new(new WorkerId("cuda:0", "1"), true, detail);

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
