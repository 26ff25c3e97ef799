namespace ActorColorize.Model.Tests;

internal static class Accuracy
{
    /// <summary>About 64 elements, evenly spaced: those that scripts/make_fixtures.py writes down.</summary>
    public static double[] Sample(float[] values)
    {
        var stride = Math.Max(1, values.Length / 64);
        return [.. values.Where((_, i) => i % stride == 0).Select(static v => (double)v)];
    }

    /// <summary>|actual − expected| / |expected| as vectors: how far off as a share of the whole.</summary>
    public static double RelativeDistance(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        var difference = expected.Zip(actual, static (e, a) => (e - a) * (e - a)).Sum();
        return Math.Sqrt(difference / expected.Sum(static e => e * e));
    }
}
