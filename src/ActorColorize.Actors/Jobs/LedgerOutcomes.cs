namespace ActorColorize.Actors.Jobs;

/// <summary>What a job has to grant.</summary>
public enum WorkOffer
{
    /// <summary>Nothing at the moment.</summary>
    Nothing,

    /// <summary>A unit like any other.</summary>
    Unit,

    /// <summary>A picture that is suspected of killing workers, for a worker that has nothing else.</summary>
    Alone,
}

/// <summary>What became of a settlement.</summary>
public enum Settlement
{
    /// <summary>The lease is over: nothing was changed.</summary>
    LeaseLost,

    /// <summary>It counts; the unit has open pictures.</summary>
    Taken,

    /// <summary>It counts, and the unit is over.</summary>
    UnitOver,
}

/// <summary>Why a unit comes back.</summary>
public enum ReturnCause
{
    /// <summary>The worker gave it back; nobody is to blame.</summary>
    GivenBack,

    /// <summary>Nothing was heard of it in time: the worker died, hangs, or is cut off.</summary>
    Lapsed,

    /// <summary>The worker died over it.</summary>
    Died,
}
