namespace ActorColorize.Model.Devices;

/// <summary>What the numerical self-test found for one route of one convolution.</summary>
/// <param name="Key">The convolution.</param>
/// <param name="Route">How it was computed.</param>
/// <param name="WorstRelativeError">
/// Largest deviation from float64, relative to the root mean square of the quantity, over output and gradients and over repeated runs. NaN
/// or infinite where
/// the kernel gave such numbers or none.
/// </param>
/// <param name="Tolerance">Largest deviation that rounding explains, for the quantity with the worst ratio to it.</param>
/// <param name="Quantity">Where the worst deviation is: <c>output</c>, <c>input gradient</c>, <c>weight gradient</c>, <c>bias gradient</c>,
/// or what went wrong.</param>
/// <param name="Passed">True where this route is right.</param>
/// <param name="Cached">True where an earlier process on this host found it.</param>
public sealed record SelfTestVerdict(
    ConvolutionKey Key,
    ConvolutionRoute Route,
    double WorstRelativeError,
    double Tolerance,
    string Quantity,
    bool Passed,
    bool Cached
);
