namespace ActorColorize.Model.Devices;

/// <summary>
/// Chooses the route of every distinct convolution, so that a kernel that computes wrong results on this host is never used. Not
/// thread-safe: used only on the device's thread.
/// </summary>
public sealed class ConvolutionPlan
{
    private readonly Dictionary<ConvolutionKey, ConvolutionRoute> _routes = [];
    private readonly Func<ConvolutionKey, ConvolutionRoute> _onFirstSight;

    /// <param name="onFirstSight">Chooses the route of a new key: the numerical self-test.</param>
    public ConvolutionPlan(Func<ConvolutionKey, ConvolutionRoute> onFirstSight)
    {
        ArgumentNullException.ThrowIfNull(onFirstSight);
        _onFirstSight = onFirstSight;
    }

    /// <summary>A new plan that trusts every kernel. For tests and benchmarks only.</summary>
    public static ConvolutionPlan Unchecked => new(static _ => ConvolutionRoute.Native);

    /// <summary>The decisions so far.</summary>
    public IReadOnlyDictionary<ConvolutionKey, ConvolutionRoute> Routes => _routes;

    /// <summary>The route of a convolution; the first request for a key decides it.</summary>
    public ConvolutionRoute RouteFor(in ConvolutionKey key)
    {
        if (_routes.TryGetValue(key, out var route))
            return route;
        route = _onFirstSight(key);
        _routes.Add(key, route);
        return route;
    }
}
