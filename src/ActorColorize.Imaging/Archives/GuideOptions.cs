namespace ActorColorize.Imaging.Archives;

/// <summary>How closely enlarged colours follow the picture's lightness, see <see cref="GuidedChroma"/>.</summary>
internal sealed record GuideOptions
{
    /// <summary>The best value in the quality benchmark.</summary>
    public static GuideOptions Default { get; } = new();

    /// <summary>
    /// The variance of lightness (in units of L²) below which it counts as texture rather than as an edge: the filter's ε. Lower values
    /// print texture into the colours.
    /// </summary>
    public float EdgeVariance { get; init; } = 25;

    /// <summary>Radius of the window in cells. Larger windows fit one line to more objects.</summary>
    public int Reach { get; init; } = 1;
}
