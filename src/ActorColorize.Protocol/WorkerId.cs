namespace ActorColorize.Protocol;

/// <summary>
/// One incarnation of a device's worker. A restarted worker has the same device and another incarnation; what the earlier one held is lost.
/// </summary>
/// <param name="Device">Permanent name of the device within the service.</param>
/// <param name="Incarnation">A new value at every start of the worker.</param>
public sealed record WorkerId(string Device, string Incarnation)
{
    /// <summary>Creates a new incarnation of a device's worker.</summary>
    public static WorkerId NewIncarnation(string device) => new(device, Guid.NewGuid().ToString("n"));

    /// <inheritdoc/>
    public override string ToString() => $"{Device}/{Incarnation}";
}
