namespace ActorColorize.Host.Isolation;

/// <summary>The value of <c>--isolate</c>: whether the device runs in a separate process.</summary>
internal enum IsolationMode
{
    /// <summary>On CUDA devices, because only a new process recovers from some of their faults.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}

/// <summary>How a command's device is isolated.</summary>
/// <param name="Mode">Which process hosts the device.</param>
/// <param name="DeadlineSeconds">A device process without progress for this time, in seconds, is replaced.</param>
internal sealed record IsolationOptions(
    IsolationMode Mode = IsolationMode.Auto,
    double DeadlineSeconds = IsolationOptions.DefaultDeadlineSeconds
)
{
    /// <summary>The default deadline.</summary>
    public const double DefaultDeadlineSeconds = 60;

    /// <summary>Whether this device runs in a separate process.</summary>
    public bool Isolates(string device) =>
        Mode switch
        {
            IsolationMode.On => true,
            IsolationMode.Off => false,
            _ => device != "cpu",
        };
}
