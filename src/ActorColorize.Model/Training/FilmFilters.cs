using ActorColorize.Data.Sampling;

namespace ActorColorize.Model.Training;

/// <summary>Matrices and patterns of <see cref="FilmSimulation"/>, in managed memory; pure functions.</summary>
internal static class FilmFilters
{
    private const int Block = 8;

    /// <summary>Quantization of luminance in ITU-T T.81, table K.1, row by row.</summary>
    private static readonly int[] LuminanceTable =
    [
        .. (int[])[16, 11, 10, 16, 24, 40, 51, 61],
        .. (int[])[12, 12, 14, 19, 26, 58, 60, 55],
        .. (int[])[14, 13, 16, 24, 40, 57, 69, 56],
        .. (int[])[14, 17, 22, 29, 51, 87, 80, 62],
        .. (int[])[18, 22, 37, 56, 68, 109, 103, 77],
        .. (int[])[24, 35, 55, 64, 81, 104, 113, 92],
        .. (int[])[49, 64, 78, 87, 103, 121, 120, 101],
        .. (int[])[72, 92, 95, 98, 112, 100, 103, 99],
    ];

    /// <summary>Normal blur along one side, [side, side]; rows add up to 1, also at the borders.</summary>
    public static float[] Gaussian(int side, double sigma) =>
        Normalized(side, side, (row, column) => Math.Exp(-0.5 * Math.Pow((row - column) / sigma, 2)));

    /// <summary>
    /// Downscaling and upscaling along one side, [side, side]: a triangle filter of the coarser grid's width, then linear interpolation.
    /// </summary>
    public static float[] Resampling(int side, int small)
    {
        double Triangle(double distance) => Math.Max(0, 1 - Math.Abs(distance));
        var step = side / (double)small;
        var down = Normalized(small, side, (row, column) => Triangle((column + 0.5) / step - (row + 0.5)));
        var up = Normalized(side, small, (row, column) => Triangle(Math.Clamp((row + 0.5) / step - 0.5, 0, small - 1) - column));
        var both = new float[side * side];
        for (var row = 0; row < side; row++)
        for (var middle = 0; middle < small; middle++)
        {
            var weight = up[row * small + middle];
            if (weight == 0)
                continue;
            for (var column = 0; column < side; column++)
                both[row * side + column] += weight * down[middle * side + column];
        }

        return both;
    }

    /// <summary>The discrete cosine transform of JPEG along one side, block by block, [side, side]; orthogonal.</summary>
    public static float[] BlockCosines(int side)
    {
        var matrix = new float[side * side];
        for (var row = 0; row < side; row++)
        for (var i = 0; i < Block; i++)
        {
            var frequency = row % Block;
            var norm = Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / Block);
            matrix[row * side + row / Block * Block + i] = (float)(norm * Math.Cos((2 * i + 1) * frequency * Math.PI / (2 * Block)));
        }

        return matrix;
    }

    /// <summary>
    /// Quantization steps of JPEG's coefficients, [side, side]; the quality scales the table as in the library of the Independent JPEG
    /// Group.
    /// </summary>
    public static float[] QuantizationSteps(int side, int quality)
    {
        var percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        var steps = new float[side * side];
        for (var row = 0; row < side; row++)
        for (var column = 0; column < side; column++)
            steps[row * side + column] = Math.Clamp((LuminanceTable[row % Block * Block + column % Block] * percent + 50) / 100, 1, 255);
        return steps;
    }

    /// <summary>Independent normal numbers, a pure function of the seed.</summary>
    public static void Noise(Span<float> noise, ulong seed)
    {
        for (var i = 0; i < noise.Length; i += 2)
        {
            // Box-Muller: two uniform numbers, the first never 0, make two normal ones.
            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(seed, i)));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform(seed, i + 1));
            noise[i] = (float)(radius * cosine);
            if (i + 1 < noise.Length)
                noise[i + 1] = (float)(radius * sine);
        }
    }

    /// <summary>
    /// Scratches, thin and nearly upright, and specks of dust, round; each black or white. A pure function of the look's seed.
    /// </summary>
    /// <param name="cover">Coverage of each pixel, 0..1, [side, side]; initially zero.</param>
    /// <param name="paint">Lightness of the cover.</param>
    /// <param name="side">Side in pixels.</param>
    /// <param name="film">The number of defects and the seed.</param>
    public static void Damage(Span<float> cover, Span<float> paint, int side, FilmLook film)
    {
        // The noise uses the same seed without this change.
        var seed = StatelessRandom.Element(film.Seed, ulong.MaxValue - 1);
        var scale = side / (double)FilmLook.ReferenceSide;
        long next = 0;
        for (var scratch = 0; scratch < film.Scratches; scratch++)
        {
            var x = side * Uniform(seed, next++);
            var slope = 0.3 * (Uniform(seed, next++) - 0.5);
            var from = side * Uniform(seed, next++);
            var length = side * (0.2 + 0.8 * Uniform(seed, next++));
            var halfWidth = scale * (0.3 + 0.6 * Uniform(seed, next++));
            var strength = 0.4 + 0.5 * Uniform(seed, next++);
            var lightness = Uniform(seed, next++) < 0.7 ? 100 : 0;
            for (var y = (int)from; y < Math.Min(side, from + length); y++)
            {
                var middle = x + slope * (y - from);
                Cover(cover, paint, side, y, middle, halfWidth, strength, lightness);
            }
        }

        for (var speck = 0; speck < film.Dust; speck++)
        {
            var x = side * Uniform(seed, next++);
            var y = side * Uniform(seed, next++);
            var radius = scale * (0.5 + 1.5 * Uniform(seed, next++));
            var strength = 0.5 + 0.5 * Uniform(seed, next++);
            var lightness = Uniform(seed, next++) < 0.6 ? 100 : 0;
            for (var row = Math.Max(0, (int)(y - radius)); row < Math.Min(side, y + radius); row++)
            {
                var offset = row + 0.5 - y;
                if (Math.Abs(offset) < radius)
                    Cover(cover, paint, side, row, x, Math.Sqrt(radius * radius - offset * offset), strength, lightness);
            }
        }
    }

    /// <summary>Covers a span of a row; the pixels at its ends partially.</summary>
    private static void Cover(
        Span<float> cover,
        Span<float> paint,
        int side,
        int row,
        double middle,
        double halfWidth,
        double strength,
        int lightness
    )
    {
        double left = middle - halfWidth,
            right = middle + halfWidth;
        for (var column = Math.Max(0, (int)Math.Floor(left)); column < Math.Min(side, right); column++)
        {
            var share = (float)(strength * (Math.Min(column + 1, right) - Math.Max(column, left)));
            var pixel = row * side + column;
            if (share <= cover[pixel])
                continue;
            cover[pixel] = share;
            paint[pixel] = lightness;
        }
    }

    private static float[] Normalized(int rows, int columns, Func<int, int, double> weight)
    {
        var matrix = new float[rows * columns];
        var row = new double[columns];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
                row[c] = weight(r, c);
            var sum = row.Sum();
            for (var c = 0; c < columns; c++)
                matrix[r * columns + c] = (float)(row[c] / sum);
        }

        return matrix;
    }

    private static double Uniform(ulong seed, long index) => (StatelessRandom.Element(seed, (ulong)index) >> 11) * (1.0 / (1UL << 53));
}
