using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>
/// Stands where Akka's JSON serializer would be, under its number. That one makes whatever object the bytes name the type of; a frame that
/// asks for it is refused here before
/// anything in it is looked at. Unbinding it would not do: frames name serializers by number, whether or not a type is bound to them.
/// </summary>
public sealed class RefusingSerializer : Serializer
{
    private const int JsonSerializerId = 1;

    /// <summary>Akka makes it with the settings of the serializer that it replaces.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : base(system) { }

    /// <inheritdoc/>
    public override int Identifier => JsonSerializerId;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj?.GetType()} is not a message that leaves its process");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException("messages as JSON are refused");
}
