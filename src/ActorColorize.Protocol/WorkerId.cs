namespace ActorColorize.Protocol;

/// <summary>
/// One life of a device's worker. A worker that crashed and was started again has the same device and another incarnation: whatever the
/// earlier one held is lost.
/// </summary>
/// <param name="Device">Names the device for as long as it is part of the service.</param>
/// <param name="Incarnation">Another one at every start of the worker.</param>
public sealed record WorkerId(string Device, string Incarnation)
{
    /// <summary>A new life of a device's worker.</summary>
    public static WorkerId NewIncarnation(string device) => new(device, Guid.NewGuid().ToString("n"));

    /// <inheritdoc/>
    public override string ToString() => $"{Device}/{Incarnation}";
}
