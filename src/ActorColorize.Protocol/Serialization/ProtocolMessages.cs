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
            : throw new SerializationException($"{message.GetType()} is not a message that leaves its process");

    /// <summary>The mapping behind a manifest.</summary>
    /// <exception cref="SerializationException">There is none.</exception>
    internal static MessageMapping Named(string manifest) =>
        ByManifest.TryGetValue(manifest, out var mapping)
            ? mapping
            : throw new SerializationException($"no message is known as '{manifest}': it comes from a newer program, or from none of ours");

    /// <summary>Whether a message may leave its process.</summary>
    internal static bool Contains(object message) => ByType.ContainsKey(message.GetType());
}
