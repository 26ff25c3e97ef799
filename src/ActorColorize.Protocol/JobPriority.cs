namespace ActorColorize.Protocol;

/// <summary>
/// Priority of a job. Each client has an equal share of the devices, which goes to its job of the highest priority. Each level above or
/// below normal doubles or halves the share, so that no client starves.
/// </summary>
public enum JobPriority
{
    /// <summary>A quarter of the usual share.</summary>
    Lowest = 0,

    /// <summary>Half of the usual share.</summary>
    Low = 1,

    /// <summary>The usual share.</summary>
    Normal = 2,

    /// <summary>Twice the usual share.</summary>
    High = 3,

    /// <summary>Four times the usual share.</summary>
    Highest = 4,
}
