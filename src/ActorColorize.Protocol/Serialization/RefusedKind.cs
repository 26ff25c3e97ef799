using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>
/// Stands where one of Akka's own serializers would be, under its number, towards peers that are strangers. They carry what only members of
/// one cluster have to say to each other: to
/// end or deploy actors, any object by its type's name. A manifest is a text here, so that no type is even looked for. Remoting's untrusted
/// mode lets some of it through (<c>Kill</c>, in version 1.5.74).
/// </summary>
public sealed class RefusedKind : SerializerWithStringManifest
{
    private readonly string _kind;

    /// <summary>Akka makes it with the settings that stand under the serializer's name.</summary>
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
        throw new SerializationException($"{o?.GetType()} is not a message that leaves its process");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj?.GetType()} is not a message that leaves its process");

    /// <inheritdoc/>
    /// <exception cref="SerializationException">Always.</exception>
    public override object FromBinary(byte[] bytes, string manifest) =>
        throw new SerializationException($"messages of the kind '{_kind}' are refused");
}
