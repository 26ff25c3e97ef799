using System.Runtime.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>A message as stored in a database: the same bytes and manifest as on the wire and in the journal.</summary>
/// <param name="Manifest">Which message.</param>
/// <param name="Bytes">Its content, protobuf.</param>
public readonly record struct MessageBytes(string Manifest, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The bytes of a message.</summary>
    /// <exception cref="SerializationException">It is not on the list of serializable messages.</exception>
    public static MessageBytes Of(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var mapping = ProtocolMessages.Of(message);
        return new MessageBytes(mapping.Manifest, mapping.ToBytes(message));
    }

    /// <summary>The message.</summary>
    /// <exception cref="SerializationException">The manifest is unknown, or the bytes do not hold that message.</exception>
    public object ToMessage() => ProtocolMessages.Named(Manifest).FromBytes(Bytes);
}
