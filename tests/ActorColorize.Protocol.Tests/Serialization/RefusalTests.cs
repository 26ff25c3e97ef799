using System.Runtime.Serialization;
using System.Text;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;

namespace ActorColorize.Protocol.Tests.Serialization;

/// <summary>Foreign bytes only cause an error.</summary>
public sealed class RefusalTests : IDisposable
{
    private const int AkkasJson = 1;

    private readonly ActorSystem _strict = ActorSystem.Create("strict", StrictSerialization.Hocon);

    public void Dispose() => _strict.Dispose();

    [Fact]
    public void Json_that_names_a_type_is_refused()
    {
        var json = Encoding.UTF8.GetBytes($$"""{"$type":"{{typeof(Trap).AssemblyQualifiedName}}","Text":"sprung"}""");
        using (var credulous = ActorSystem.Create("credulous"))
            // Akka's default behaviour
            Assert.Equal("sprung", Assert.IsType<Trap>(credulous.Serialization.Deserialize(json, AkkasJson, string.Empty)).Text);

        Trap.TimesSprung = 0;
        Assert.Throws<SerializationException>(() => _strict.Serialization.Deserialize(json, AkkasJson, string.Empty));
        Assert.Throws<SerializationException>(() => _strict.Serialization.Deserialize(json, AkkasJson, typeof(Trap).AssemblyQualifiedName));
        Assert.Equal(0, Trap.TimesSprung);
    }

    [Fact]
    public void What_is_not_on_the_list_cannot_be_sent()
    {
        Assert.Throws<SerializationException>(() => _strict.Serialization.FindSerializerFor(new Trap()));
        Assert.False(StrictSerialization.Carries(new Trap()));
        Assert.True(StrictSerialization.Carries(new WorkCommands.RequestWork(new WorkerId("d", "i"), 1)));
    }

    [Theory]
    [InlineData("zzz")]
    [InlineData("")]
    [InlineData("System.Object, System.Private.CoreLib")]
    public void An_unknown_manifest_is_refused(string manifest) =>
        Assert.Throws<SerializationException>(() => _strict.Serialization.Deserialize([], ProtocolSerializer.Id, manifest));

    [Theory]
    [InlineData("dtu", "")] // no run
    [InlineData("dtu", "CgFyEAEYnP//////////AQ==")] // a negative step
    [InlineData("edf", "CgQIYxIA")] // a kind of fault that does not exist
    [InlineData("edf", "")] // no fault
    [InlineData("his", "CgFq")] // no outcome
    [InlineData("dtc", "////////")] // no protobuf
    public void Bytes_that_do_not_hold_the_message_are_refused(string manifest, string base64) =>
        Assert.Throws<SerializationException>(() =>
            _strict.Serialization.Deserialize(Convert.FromBase64String(base64), ProtocolSerializer.Id, manifest)
        );

    [Fact]
    public void A_message_too_large_for_a_frame_is_an_error_instead_of_being_dropped()
    {
        var serializer = _strict.Serialization.FindSerializerForType(typeof(JobEvents.EntryPassedOver));

        var refusal = Assert.Throws<SerializationException>(() =>
            serializer.ToBinary(new JobEvents.EntryPassedOver(new JobId("j"), new string('p', 100_000), "reason"))
        );

        Assert.Contains("EntryPassedOver", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>The object that an attacker wants to create.</summary>
    public sealed class Trap
    {
        private static int s_timesSprung;

        public Trap() => TimesSprung++;

        public static int TimesSprung
        {
            get => s_timesSprung;
            set => s_timesSprung = value;
        }

        public string? Text { get; set; }
    }
}
