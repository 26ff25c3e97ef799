using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>
/// Replaces one of Akka's own serializers, under its identifier, for peers outside the cluster. Their messages are meant only for members
/// of one cluster: stopping or deploying actors, and any object by its type name. Manifests are plain text here, so that no type is ever
/// looked up. Remoting's untrusted mode lets some of it through (<c>Kill</c>, in version 1.5.74).
/// </summary>
public sealed class RefusedKind : SerializerWithStringManifest
{
    private readonly string _kind;

    /// <summary>Created by Akka with the settings under the serializer's name.</summary>
    public RefusedKind(ExtendedActorSystem system, Config settings)
        : base(system)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Identifier = settings.GetInt("identifier");
        _kind = settings.GetString("kind");
    }

    /// <inheritdoc/>
    public override int Identifier { get; }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override string Manifest(object o) =>
        throw new SerializationException($"{o?.GetType()} is not a serializable message of the protocol");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj?.GetType()} is not a serializable message of the protocol");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, string manifest) =>
        throw new SerializationException($"messages of the kind '{_kind}' are refused");
}
