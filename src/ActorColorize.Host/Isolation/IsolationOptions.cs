using ActorColorize.Actors.CodecProcess;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Isolation;

/// <summary>The value of <c>--isolate</c>: what runs in separate processes.</summary>
internal enum IsolationMode
{
    /// <summary>
    /// CUDA devices, because only a new process recovers from some of their faults; in a service also the decoding of pictures, which come
    /// from strangers.
    /// </summary>
    Auto,

    /// <summary>The device and the decoding of pictures.</summary>
    On,

    /// <summary>Nothing.</summary>
    Off,

    /// <summary>The decoding of pictures, and CUDA devices.</summary>
    Codec,
}

/// <summary>What a command isolates.</summary>
/// <param name="Mode">What runs in separate processes.</param>
/// <param name="DeadlineSeconds">A device process without progress for this time, in seconds, is replaced.</param>
/// <param name="IsService">Whether it serves others, whose pictures may be hostile.</param>
internal sealed record IsolationOptions(
    IsolationMode Mode = IsolationMode.Auto,
    double DeadlineSeconds = IsolationOptions.DefaultDeadlineSeconds,
    bool IsService = false
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

    /// <summary>Whether pictures are decoded in separate processes.</summary>
    /// <exception cref="UsageException">That is demanded, and the system cannot do it.</exception>
    public bool IsolatesCodec =>
        Mode switch
        {
            IsolationMode.Codec when !CodecProcesses.IsSupported => throw new UsageException(
                "pictures can be decoded in separate processes on 64-bit Linux only: choose another value for isolate"
            ),
            IsolationMode.Codec => true,
            IsolationMode.On => CodecProcesses.IsSupported,
            IsolationMode.Off => false,
            _ => IsService && CodecProcesses.IsSupported,
        };
}
