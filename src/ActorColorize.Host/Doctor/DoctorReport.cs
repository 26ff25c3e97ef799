using ActorColorize.Interchange;
using ActorColorize.Model.Devices;

namespace ActorColorize.Host.Doctor;

/// <summary>The self-test's result for one convolution on this machine.</summary>
/// <param name="Convolution">The convolution in words.</param>
/// <param name="Precision">The requested precision.</param>
/// <param name="Route">The route in use; null if none is accurate.</param>
/// <param name="WorstRelativeError">Largest deviation from float64 on that route.</param>
/// <param name="Tolerance">The largest error that rounding explains.</param>
/// <param name="Rejected">Routes that gave wrong results on this machine, with their errors.</param>
internal sealed record CheckedConvolution(
    string Convolution,
    string Precision,
    string? Route,
    double? WorstRelativeError,
    double? Tolerance,
    IReadOnlyList<RejectedRoute> Rejected
);

/// <summary>A route that computes a convolution wrongly on this machine.</summary>
/// <param name="Route">The route.</param>
/// <param name="WorstRelativeError">Its error; null if it was not a number.</param>
/// <param name="Quantity">The affected tensor: output or a gradient.</param>
internal sealed record RejectedRoute(string Route, double? WorstRelativeError, string Quantity);

/// <summary>What <c>doctor</c> found.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Host">The machine.</param>
/// <param name="Device">The device that <c>--device auto</c> takes; null when LibTorch cannot be loaded.</param>
/// <param name="Engine">What runs the places model on that device; null when it is not known.</param>
/// <param name="Codecs">The picture library.</param>
/// <param name="Disks">Free space.</param>
/// <param name="Convolutions">The numerical self-test of the default network; null when it did not run.</param>
/// <param name="ConvolutionNote">Why it did not run or failed; otherwise null.</param>
internal sealed record DoctorReport(
    string Version,
    HostFacts Host,
    DeviceChoice? Device,
    EngineDecision? Engine,
    CodecFacts Codecs,
    IReadOnlyList<DiskFacts> Disks,
    IReadOnlyList<CheckedConvolution>? Convolutions,
    string? ConvolutionNote
)
{
    /// <summary>Whether training and colouring can run here.</summary>
    public bool IsHealthy =>
        Host.LibTorch is not null && Codecs.IsLoaded && (Convolutions ?? []).All(convolution => convolution.Route is not null);
}
