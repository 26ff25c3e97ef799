using System.Runtime.Serialization;
using Google.Protobuf;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Facts of a journal inside one that stands for many.</summary>
internal static class JournalParts
{
    internal static Wire.JournalledFact Of(object fact)
    {
        var mapping = ProtocolMessages.Of(fact);
        return new() { Manifest = mapping.Manifest, Content = UnsafeByteOperations.UnsafeWrap(mapping.ToBytes(fact)) };
    }

    /// <exception cref="SerializationException">It is a message, but no such fact.</exception>
    internal static T To<T>(Wire.JournalledFact wire) =>
        ProtocolMessages.Named(wire.Manifest).FromBytes(wire.Content.Memory) is T fact
            ? fact
            : throw new SerializationException($"'{wire.Manifest}' is no fact of this journal");
}
