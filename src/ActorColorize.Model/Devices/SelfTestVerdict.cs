namespace ActorColorize.Model.Devices;

/// <summary>Result of the numerical self-test for one route of one convolution.</summary>
/// <param name="Key">The convolution.</param>
/// <param name="Route">How it was computed.</param>
/// <param name="WorstRelativeError">Largest deviation from float64, relative to the root mean square of the quantity, over output and
/// gradients and over repeated runs. NaN or infinite if the kernel's results were, or if it failed.</param>
/// <param name="Tolerance">Largest deviation that rounding explains, for the quantity with the worst ratio to it.</param>
/// <param name="Quantity">The quantity with the worst deviation: <c>output</c>, <c>input gradient</c>, <c>weight gradient</c>, <c>bias
/// gradient</c>, or the error.</param>
/// <param name="Passed">True if the route is correct.</param>
/// <param name="Cached">True if it comes from an earlier process on this host.</param>
public sealed record SelfTestVerdict(
    ConvolutionKey Key,
    ConvolutionRoute Route,
    double WorstRelativeError,
    double Tolerance,
    string Quantity,
    bool Passed,
    bool Cached
);
