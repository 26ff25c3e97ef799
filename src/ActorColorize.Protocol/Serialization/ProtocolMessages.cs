using System.Collections.Frozen;
using System.Runtime.Serialization;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Every message that may cross a process boundary.</summary>
internal static class ProtocolMessages
{
    /// <summary>All mappings, family by family.</summary>
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        .. DeviceProcessMappings.All,
        .. DeviceMappings.All,
        .. RunMappings.All,
        .. RunHistoryMappings.All,
        .. JobMappings.All,
        .. HistoryMappings.All,
        .. ReportMappings.All,
        .. WorkMappings.All,
        .. GatewayMappings.All,
        .. TrainingMappings.All,
        .. TrainingReportMappings.All,
    ];

    private static readonly FrozenDictionary<Type, MessageMapping> ByType = All.ToFrozenDictionary(mapping => mapping.Type);
    private static readonly FrozenDictionary<string, MessageMapping> ByManifest = All.ToFrozenDictionary(
        mapping => mapping.Manifest,
        StringComparer.Ordinal
    );

    /// <summary>The mapping of a message.</summary>
    /// <exception cref="SerializationException">It is not on the list.</exception>
    internal static MessageMapping Of(object message) =>
        ByType.TryGetValue(message.GetType(), out var mapping)
            ? mapping
            : throw new SerializationException($"{message.GetType()} is not a serializable message of the protocol");

    /// <summary>The mapping of a manifest.</summary>
    /// <exception cref="SerializationException">None is available.</exception>
    internal static MessageMapping Named(string manifest) =>
        ByManifest.TryGetValue(manifest, out var mapping)
            ? mapping
            : throw new SerializationException(
                $"unknown manifest '{manifest}': the message comes from a newer version, or is not part " + $"of the protocol"
            );

    /// <summary>Whether a message may cross a process boundary.</summary>
    internal static bool Contains(object message) => ByType.ContainsKey(message.GetType());
}
