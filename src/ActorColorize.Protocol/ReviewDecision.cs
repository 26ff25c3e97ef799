namespace ActorColorize.Protocol;

/// <summary>What a person has decided about a result.</summary>
public enum ReviewDecision
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>It is good.</summary>
    Approved,

    /// <summary>It is not good, and can be made again with other settings.</summary>
    Rejected,
}
