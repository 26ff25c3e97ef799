namespace ActorColorize.Imaging.Similarity;

/// <summary>Finds the pictures whose fingerprints are near, without comparing each with each.</summary>
/// <remarks>
/// Multi-index hashing: M. Norouzi, A. Punjani, D. Fleet, "Fast search in Hamming space with multi-index hashing" (CVPR 2012). The 64 bits
/// are cut into four bands of 16. Hashes that differ in at most 7 bits differ in at most one bit of some band, so the pictures whose band
/// has one of 17 values are the only candidates: one in a thousand.
/// </remarks>
public static class NearDuplicates
{
    /// <summary>The most bits in which the hashes of two pictures may differ.</summary>
    public const int Radius = 7;

    /// <summary>
    /// Limit of earlier pictures listed for each picture: in a collection with a thousand copies of one picture, each is linked to some
    /// others, which is enough to group them.
    /// </summary>
    public const int MostForEach = 16;

    private const int Bands = 4;
    private const int BandBits = 16;

    /// <summary>For each picture the earlier ones that may show the same; a picture without any has an empty list.</summary>
    /// <param name="table">The fingerprints.</param>
    /// <param name="stop">Cancels the search.</param>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static int[][] Find(FingerprintTable table, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(table);
        var bands = new Band[Bands];
        for (var band = 0; band < Bands; band++)
            bands[band] = new Band(table, band * BandBits);
        var found = new int[table.Count][];
        Parallel.For(0, table.Count, new ParallelOptions { CancellationToken = stop }, picture =>
            found[picture] = table.Has(picture) ? FindFor(picture, table, bands) : []
        );
        return found;
    }

    private static int[] FindFor(int picture, FingerprintTable table, Band[] bands)
    {
        List<int>? found = null;
        foreach (var band in bands)
        {
            var key = band.KeyOf(table.HashOf(picture));
            for (var bit = -1; bit < BandBits; bit++)
            {
                foreach (var other in band.At(bit < 0 ? key : key ^ (1 << bit)))
                {
                    // Each bucket is in ascending order.
                    if (other >= picture)
                        break;
                    if (
                        table.Distance(picture, other) > Radius
                        || found?.Contains(other) == true
                        || !Likeness.MayBeSame(table.CellsOf(picture), table.CellsOf(other))
                    )
                        continue;
                    (found ??= []).Add(other);
                    if (found.Count == MostForEach)
                        return [.. found];
                }
            }
        }

        return found is null ? [] : [.. found];
    }

    /// <summary>The pictures by the value of 16 of their hash's bits: a counting sort.</summary>
    private sealed class Band
    {
        private readonly int shift;
        private readonly int[] starts = new int[(1 << BandBits) + 1];
        private readonly int[] pictures;

        public Band(FingerprintTable table, int shift)
        {
            this.shift = shift;
            for (var picture = 0; picture < table.Count; picture++)
            {
                if (table.Has(picture))
                    starts[KeyOf(table.HashOf(picture)) + 1]++;
            }

            for (var key = 1; key < starts.Length; key++)
                starts[key] += starts[key - 1];
            pictures = new int[starts[^1]];
            var next = starts.AsSpan(0, 1 << BandBits).ToArray();
            for (var picture = 0; picture < table.Count; picture++)
            {
                if (table.Has(picture))
                    pictures[next[KeyOf(table.HashOf(picture))]++] = picture;
            }
        }

        public int KeyOf(ulong hash) => (int)((hash >> shift) & ((1 << BandBits) - 1));

        public ReadOnlySpan<int> At(int key) => pictures.AsSpan(starts[key], starts[key + 1] - starts[key]);
    }
}
