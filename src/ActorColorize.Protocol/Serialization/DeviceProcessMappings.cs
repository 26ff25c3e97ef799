using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="DeviceProcessCommands"/> and <see cref="DeviceProcessEvents"/>.</summary>
internal static class DeviceProcessMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<DeviceProcessCommands.Welcome, Wire.Welcome>("pwe", m => new() { Incarnation = m.Incarnation }, w => new(w.Incarnation)),
        Of<DeviceProcessCommands.Leave, Wire.Leave>("ple", m => new() { Reason = Line(m.Reason) }, w => new(w.Reason)),
        Of<DeviceProcessEvents.Joining, Wire.Joining>(
            "pjo",
            m => new() { Process = m.Process, Program = m.Program },
            w => new(w.Process, w.Program)
        ),
        Of<DeviceProcessEvents.Heartbeat, Wire.Heartbeat>(
            "phb",
            m =>
                new()
                {
                    Beats = m.Beats,
                    Activity = WireEnum.Of(m.Activity),
                    ResidentBytes = m.ResidentBytes,
                },
            w => new(w.Beats, WireEnum.To<DeviceActivity>(w.Activity), w.ResidentBytes)
        ),
    ];
}
