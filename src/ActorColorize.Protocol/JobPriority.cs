namespace ActorColorize.Protocol;

/// <summary>
/// How urgent a job is. Each client has an equal share of the devices; the client's most urgent job gets it, and a job above or below
/// normal counts twice or half as much for each
/// level, so that nobody waits for ever.
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
