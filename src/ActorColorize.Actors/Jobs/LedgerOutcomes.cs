namespace ActorColorize.Actors.Jobs;

/// <summary>The kind of work that a job can grant.</summary>
public enum WorkOffer
{
    /// <summary>Nothing at the moment.</summary>
    Nothing,

    /// <summary>A normal unit.</summary>
    Unit,

    /// <summary>A picture that is suspected of killing workers, for a worker that has nothing else.</summary>
    Alone,
}

/// <summary>The result of a settlement.</summary>
public enum Settlement
{
    /// <summary>The lease has ended: nothing was changed.</summary>
    LeaseLost,

    /// <summary>Accepted; the unit has unsettled pictures.</summary>
    Taken,

    /// <summary>Accepted, and the unit is complete.</summary>
    UnitOver,
}

/// <summary>Why a unit is returned.</summary>
public enum ReturnCause
{
    /// <summary>The worker released it; no picture is suspected.</summary>
    GivenBack,

    /// <summary>Its lease was not renewed in time: the worker died, hangs, or is cut off.</summary>
    Lapsed,

    /// <summary>The worker died while it held the unit.</summary>
    Died,
}
