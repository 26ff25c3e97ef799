using ActorColorize.Imaging.Similarity;
using CsCheck;

namespace ActorColorize.Imaging.Tests.Similarity;

public sealed class NearDuplicatesTests
{
    private const int Side = 72; // whole pixels for 8 and for 9 cells

    /// <summary>Expected: each compared with each.</summary>
    [Fact]
    public void The_search_finds_what_comparing_each_with_each_finds() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 40], Gen.Int[0, 14])
            .Sample(
                (seed, originals, changes) =>
                {
                    var random = new Random(seed);
                    var pictures = new List<byte[]>();
                    for (var i = 0; i < originals; i++)
                    {
                        var cells = Cells(random);
                        pictures.Add(Paint(cells));
                        for (var change = 0; change < changes; change++)
                            cells[random.Next(cells.Length)] = (byte)random.Next(256);
                        pictures.Add(Paint(cells));
                    }

                    var table = Table(pictures);
                    var found = NearDuplicates.Find(table, CancellationToken.None);

                    for (var picture = 0; picture < pictures.Count; picture++)
                    {
                        var expected = Enumerable
                            .Range(0, picture)
                            .Where(other =>
                                table.Distance(picture, other) <= NearDuplicates.Radius
                                && Likeness.MayBeSame(table.CellsOf(picture), table.CellsOf(other))
                            );
                        Assert.Equal(expected, found[picture].Order());
                    }
                },
                iter: 200
            );

    [Fact]
    public void A_thousand_copies_are_one_group_from_a_few_links_each()
    {
        var picture = Paint(Cells(new Random(4)));
        var found = NearDuplicates.Find(Table([.. Enumerable.Repeat(picture, 1000)]), CancellationToken.None);

        var groups = new PictureGroups(1000);
        for (var copy = 0; copy < 1000; copy++)
        {
            Assert.InRange(found[copy].Length, copy == 0 ? 0 : 1, NearDuplicates.MostForEach);
            foreach (var other in found[copy])
                groups.Union(copy, other);
        }

        Assert.Equal(1000, Assert.Single(groups.Groups()).Count);
    }

    [Fact]
    public void A_picture_that_was_not_entered_is_similar_to_none()
    {
        var table = new FingerprintTable(3);
        table.Enter(1, Paint(Cells(new Random(4))), Side);

        Assert.All(NearDuplicates.Find(table, CancellationToken.None), Assert.Empty);
    }

    [Fact]
    public void A_search_can_be_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            NearDuplicates.Find(new FingerprintTable(10), new CancellationToken(canceled: true))
        );

    private static FingerprintTable Table(List<byte[]> pictures)
    {
        var table = new FingerprintTable(pictures.Count);
        for (var i = 0; i < pictures.Count; i++)
            table.Enter(i, pictures[i], Side);
        return table;
    }

    private static byte[] Cells(Random random)
    {
        var cells = new byte[9 * 8];
        random.NextBytes(cells);
        return cells;
    }

    /// <summary>A grey picture of 9 × 8 even cells.</summary>
    private static byte[] Paint(byte[] cells)
    {
        var rgb = new byte[Side * Side * 3];
        for (var y = 0; y < Side; y++)
        for (var x = 0; x < Side; x++)
            rgb.AsSpan(((y * Side) + x) * 3, 3).Fill(cells[(y / 9 * 9) + (x / 8)]);
        return rgb;
    }
}
