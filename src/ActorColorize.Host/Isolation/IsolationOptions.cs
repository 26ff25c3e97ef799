namespace ActorColorize.Host.Isolation;

/// <summary>The value of <c>--isolate</c>: whether the device is in a process of its own.</summary>
internal enum IsolationMode
{
    /// <summary>On CUDA devices, whose faults only a new process cures.</summary>
    Auto,

    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,
}

/// <summary>How a command's device is kept.</summary>
/// <param name="Mode">In which process.</param>
/// <param name="DeadlineSeconds">A device process that does not move on for this long is replaced.</param>
internal sealed record IsolationOptions(
    IsolationMode Mode = IsolationMode.Auto,
    double DeadlineSeconds = IsolationOptions.DefaultDeadlineSeconds
)
{
    /// <summary>The deadline where none is given.</summary>
    public const double DefaultDeadlineSeconds = 60;

    /// <summary>Whether this device is in a process of its own.</summary>
    public bool Isolates(string device) =>
        Mode switch
        {
            IsolationMode.On => true,
            IsolationMode.Off => false,
            _ => device != "cpu",
        };
}
