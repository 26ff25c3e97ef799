using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;

namespace ActorColorize.Actors.Gpu;

/// <summary>On what the GPU actor computes.</summary>
/// <param name="Device">cpu or cuda:N; chosen and checked before the actor starts.</param>
/// <param name="Precision">Number format of the activations.</param>
/// <param name="Threads">LibTorch's threads on the CPU.</param>
/// <param name="SelfTestCache">Folder of the numerical self-test's verdicts and of the measurements of engines; null for the user's cache
/// folder.</param>
public sealed record DeviceSettings(DeviceChoice Device, Precision Precision, int Threads, string? SelfTestCache = null)
{
    /// <summary>
    /// Largest share of the device's time that goes to colouring archives while a run trains on it, 0 to 1: see <see cref="DeviceTurns"/>.
    /// </summary>
    public double ColouringShare { get; init; } = DeviceTurns.DefaultShare;

    /// <summary>What runs the networks that colour archives; training and evaluation always use LibTorch.</summary>
    public EngineChoice Engine { get; init; } = EngineChoice.Torch;

    /// <summary>
    /// Batches decoded side by side while the device trains. A CPU computes on the cores that decode, and waits for the slowest of them at
    /// every kernel: there it is one,
    /// which delivers many times what a CPU trains on.
    /// </summary>
    public int DecodedAtOnceWhileTraining => Device.Name == "cpu" ? 1 : 2;

    /// <summary>For people: device, precision, threads.</summary>
    public override string ToString() => $"{Device.Name}, {Precision.ToString().ToLowerInvariant()}, {Threads} threads";
}
