using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorColorize.Protocol.Serialization;

// To add a message:
//  1. its fields as a message in the .proto file of its family (numbers are for ever);
//  2. one entry in the family's mapping (RunMappings, DeviceMappings, JobMappings, HistoryMappings, ReportMappings, WorkMappings, TrainingMappings, TrainingReportMappings) with a manifest of two or three letters that was never used;
//     a new family is one more line in ProtocolMessages;
//  3. run the tests: the one that finds no fixture says where the bytes that it would commit are written.
// Bindings, strictness and the test that no message is forgotten come from the list by themselves.

/// <summary>
/// The one serializer of everything that crosses a process boundary or is journalled: protobuf, under short manifests from a closed list.
/// Nothing is ever
/// made from a type name that came with the bytes.
/// </summary>
public sealed class ProtocolSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Most bytes of one message. Half of the remoting's frame: what is larger would vanish without a word.</summary>
    public const int MaximumBytes = 64 * 1024;

    /// <summary>The number under which frames and journals name this serializer.</summary>
    public const int Id = 1201;

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) => ProtocolMessages.Of(o).Manifest;

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The message is not on the list, or too large to be sent.</exception>
    public override byte[] ToBinary(object obj)
    {
        var bytes = ProtocolMessages.Of(obj).ToBytes(obj);
        return bytes.Length <= MaximumBytes
            ? bytes
            : throw new SerializationException(
                $"a {obj.GetType().Name} of {bytes.Length} bytes is larger than the {MaximumBytes} bytes of a message"
            );
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The manifest is unknown, or the bytes do not hold that message.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => ProtocolMessages.Named(manifest).FromBytes(bytes);
}
