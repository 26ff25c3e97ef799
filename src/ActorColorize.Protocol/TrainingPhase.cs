namespace ActorColorize.Protocol;

/// <summary>Where a daemon's run is in its life.</summary>
public enum TrainingPhase
{
    /// <summary>Its data is being listed, its folder made.</summary>
    Preparing,

    /// <summary>Another run is on the device.</summary>
    Waiting,

    /// <summary>On the device.</summary>
    Running,

    /// <summary>Its state is being saved; then it is paused.</summary>
    Pausing,

    /// <summary>Saved; it waits until somebody lets it go on.</summary>
    Paused,

    /// <summary>Its state is being saved; then it ends.</summary>
    Stopping,

    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>Ended early, as was asked; it can be gone on with.</summary>
    Stopped,

    /// <summary>It cannot go on by itself.</summary>
    Failed,

    /// <summary>It came to its end, but the disk refused its last state.</summary>
    Unsaved,
}

/// <summary>What clients last wanted of a run.</summary>
public enum DesiredRunState
{
    /// <summary>That it trains.</summary>
    Train,

    /// <summary>That it saves its state and waits.</summary>
    Pause,

    /// <summary>That it saves its state and ends.</summary>
    Stop,
}
