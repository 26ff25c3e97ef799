namespace ActorColorize.Protocol;

/// <summary>Phase of a run.</summary>
public enum TrainingPhase
{
    /// <summary>Its data is being listed and its folder created.</summary>
    Preparing,

    /// <summary>Waiting for a device that another run uses.</summary>
    Waiting,

    /// <summary>Training on a device.</summary>
    Running,

    /// <summary>Its state is being saved; then it is paused.</summary>
    Pausing,

    /// <summary>Saved; it waits until it is resumed.</summary>
    Paused,

    /// <summary>Its state is being saved; then it ends.</summary>
    Stopping,

    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>Stopped on request; it can be resumed.</summary>
    Stopped,

    /// <summary>It failed and needs intervention.</summary>
    Failed,

    /// <summary>It completed its steps, but its final state could not be written.</summary>
    Unsaved,
}

/// <summary>The state that clients last requested of a run.</summary>
public enum DesiredRunState
{
    /// <summary>It trains.</summary>
    Train,

    /// <summary>It saves its state and waits.</summary>
    Pause,

    /// <summary>It saves its state and ends.</summary>
    Stop,
}
