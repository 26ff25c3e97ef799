using ActorColorize.Imaging.Integrity;

namespace ActorColorize.Imaging.Archives;

/// <summary>Chooses the quality of a JPEG that is written again.</summary>
internal static class JpegQuality
{
    /// <summary>The least quality that is chosen: colours need it even where the original was coarse.</summary>
    public const int Least = 92;

    // ITU T.81, table K.1 (luminance) and K.2 (chrominance), in zigzag order.
    private static readonly int[] Luminance =
    [
        16,
        11,
        12,
        14,
        12,
        10,
        16,
        14,
        13,
        14,
        18,
        17,
        16,
        19,
        24,
        40,
        26,
        24,
        22,
        22,
        24,
        49,
        35,
        37,
        29,
        40,
        58,
        51,
        61,
        60,
        57,
        51,
        56,
        55,
        64,
        72,
        92,
        78,
        64,
        68,
        87,
        69,
        55,
        56,
        80,
        109,
        81,
        87,
        95,
        98,
        103,
        104,
        103,
        62,
        77,
        113,
        121,
        112,
        100,
        120,
        92,
        101,
        103,
        99,
    ];

    private static readonly int[] Chrominance = [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, .. Enumerable.Repeat(99, 49)];

    /// <summary>The least quality whose quantisation tables are nowhere coarser than the original's.</summary>
    /// <param name="original">The original.</param>
    public static int NotCoarserThan(JpegStructure original)
    {
        for (var quality = Least; quality < 100; quality++)
        {
            if (
                IsAsFine(original.QuantizationTables, 0, Luminance, quality)
                && IsAsFine(original.QuantizationTables, 1, Chrominance, quality)
            )
                return quality;
        }

        return 100;
    }

    private static bool IsAsFine(IReadOnlyDictionary<int, int[]> tables, int number, int[] standard, int quality)
    {
        if (!tables.TryGetValue(number, out var table))
            return true;
        for (var i = 0; i < standard.Length; i++)
        {
            if (Scaled(standard[i], quality) > table[i])
                return false;
        }

        return true;
    }

    // As the encoder scales the tables above for qualities from 50 on.
    private static int Scaled(int entry, int quality) => Math.Clamp(((entry * (200 - (2 * quality))) + 50) / 100, 1, 255);
}
