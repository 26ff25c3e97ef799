using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace ActorColorize.Protocol.Serialization;

// To add a message:
//  1. add its fields as a message to the .proto file of its family (field numbers are permanent);
//  2. one entry in the family's mapping (RunMappings, DeviceMappings, JobMappings, HistoryMappings, ReportMappings, WorkMappings,
//     TrainingMappings, TrainingReportMappings) with a manifest of two or three letters that was never used;
//     a new family is one more line in ProtocolMessages;
//  3. run the tests: the one that finds no fixture reports where it has written the bytes to commit.
// Bindings, strict serialization and the completeness test are derived from the list.

/// <summary>
/// The serializer of all messages that cross a process boundary or are journalled: protobuf, with short manifests from a closed list. No
/// object is ever created from a type name in the data.
/// </summary>
public sealed class ProtocolSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Largest message in bytes: half of the remoting frame size. Remoting drops larger messages silently.</summary>
    public const int MaximumBytes = 64 * 1024;

    /// <summary>Identifier of this serializer in frames and journals.</summary>
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
