namespace ActorColorize.Imaging.Similarity;

/// <summary>Groups of pictures joined pair by pair: a disjoint-set forest (R. Tarjan, 1975).</summary>
/// <param name="count">Pictures in all.</param>
public sealed class PictureGroups(int count)
{
    private readonly int[] parents = [.. Enumerable.Range(0, count)];

    /// <summary>Merges the groups of two pictures.</summary>
    public void Union(int first, int second)
    {
        var (a, b) = (RootOf(first), RootOf(second));
        parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    /// <summary>Whether two pictures are in one group.</summary>
    public bool AreTied(int first, int second) => RootOf(first) == RootOf(second);

    /// <summary>The groups of more than one picture, each in ascending order, by their first picture.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Groups() =>
        [
            .. Enumerable
                .Range(0, parents.Length)
                .GroupBy(RootOf)
                .Where(static group => group.Skip(1).Any())
                .Select(static group => (IReadOnlyList<int>)[.. group]),
        ];

    private int RootOf(int picture)
    {
        while (parents[picture] != picture)
            picture = parents[picture] = parents[parents[picture]];
        return picture;
    }
}
