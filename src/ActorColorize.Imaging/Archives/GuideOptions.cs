namespace ActorColorize.Imaging.Archives;

/// <summary>How closely enlarged colours follow the picture's lightness, see <see cref="GuidedChroma"/>.</summary>
internal sealed record GuideOptions
{
    /// <summary>What was measured best, by the benchmark of quality.</summary>
    public static GuideOptions Default { get; } = new();

    /// <summary>
    /// The variance of lightness (in units of L²) below which it counts as texture rather than as an edge: the filter's ε. Lower values
    /// print texture into the colours.
    /// </summary>
    public float EdgeVariance { get; init; } = 25;

    /// <summary>The window's reach in cells. Larger windows mix more objects into one line.</summary>
    public int Reach { get; init; } = 1;
}
