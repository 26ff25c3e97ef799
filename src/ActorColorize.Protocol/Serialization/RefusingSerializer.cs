using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>
/// Replaces Akka's JSON serializer under the same identifier. The original creates an object of whatever type the data names; this one
/// refuses such a frame without reading its contents. Removing the binding would not be enough: frames refer to serializers by identifier,
/// whether or not a type is bound to them.
/// </summary>
public sealed class RefusingSerializer : Serializer
{
    private const int JsonSerializerId = 1;

    /// <summary>Created by Akka with the settings of the serializer that it replaces.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config settings)
        : base(system) { }

    /// <inheritdoc/>
    public override int Identifier => JsonSerializerId;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj?.GetType()} is not a serializable message of the protocol");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException("messages as JSON are refused");
}
