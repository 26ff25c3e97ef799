using System.Runtime.Serialization;
using Google.Protobuf;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Conversion of one message type to bytes and back.</summary>
internal sealed class MessageMapping
{
    private readonly Func<object, IMessage> _toWire;
    private readonly Func<ReadOnlyMemory<byte>, object> _fromBytes;

    private MessageMapping(Type type, string manifest, Func<object, IMessage> toWire, Func<ReadOnlyMemory<byte>, object> fromBytes)
    {
        Type = type;
        Manifest = manifest;
        _toWire = toWire;
        _fromBytes = fromBytes;
    }

    /// <summary>The message's type.</summary>
    internal Type Type { get; }

    /// <summary>Its manifest on the wire and in journals: two or three characters, never reused for another message.</summary>
    internal string Manifest { get; }

    /// <summary>Pairs a message with the protobuf message that carries it.</summary>
    internal static MessageMapping Of<TMessage, TWire>(string manifest, Func<TMessage, TWire> toWire, Func<TWire, TMessage> fromWire)
        where TMessage : notnull
        where TWire : class, IMessage<TWire>, new()
    {
        var parser = new MessageParser<TWire>(static () => new TWire()).WithDiscardUnknownFields(true); // fields added by a newer version
        return new MessageMapping(
            typeof(TMessage),
            manifest,
            message => toWire((TMessage)message),
            bytes => fromWire(parser.ParseFrom(bytes.Span))
        );
    }

    /// <summary>The message as protobuf.</summary>
    internal byte[] ToBytes(object message) => _toWire(message).ToByteArray();

    /// <summary>The message from protobuf.</summary>
    /// <exception cref="SerializationException">The bytes do not hold this message.</exception>
    internal object FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return _fromBytes(bytes);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or SerializationException or ArgumentException)
        {
            throw new SerializationException($"{Manifest} ({Type.Name}): {e.Message}", e);
        }
    }
}
