namespace ActorColorize.Imaging.Tones;

/// <summary>
/// Measures how far the colours of a picture follow from lightness and place. In a monochrome picture they do, apart from a second material
/// (a mount, a border), stamps and stains; a shift of the channels against each other is a function of the slope of lightness.
/// </summary>
internal sealed class ToneFigures
{
    private const int Knots = 8;
    private const int PlaceTerms = 7;
    private const int SlopeTerms = 2;
    private const int Terms = Knots + PlaceTerms + SlopeTerms;

    /// <summary>A second material's colour may lean over the area, but not bend.</summary>
    private const int SecondTerms = Knots + 3;

    private const double Noise = 0.8;
    private const double Unexplained = 1.5;

    /// <summary>Chroma of a grey picture at most, which is rounding: there is nothing to explain.</summary>
    private const double Colorless = 1e-3;

    private static readonly double[,] Penalty = MakePenalty();

    private readonly ColorCells cells;

    private ToneFigures(ColorCells cells) => this.cells = cells;

    /// <summary>Mean chroma.</summary>
    public double Chroma { get; private init; }

    /// <summary>Chroma that three materials do not explain on a quarter of the area or more.</summary>
    public double Rest { get; private init; }

    /// <summary>Spread of the colours across their main direction.</summary>
    public double Across { get; private init; }

    /// <summary>All figures, in the order of the rule's weights.</summary>
    public IReadOnlyList<double> Values { get; private init; } = [];

    /// <summary>Measures a picture.</summary>
    /// <param name="rgb_HWC">sRGB pixels, row by row.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    public static ToneFigures Of(ReadOnlySpan<byte> rgb_HWC, int width, int height)
    {
        var averaged = new ColorCells(rgb_HWC, width, height);
        var measure = new ToneFigures(averaged);
        var chroma = Enumerable
            .Range(0, averaged.Count)
            .Select(i => Math.Sqrt((averaged.A[i] * averaged.A[i]) + (averaged.B[i] * averaged.B[i])))
            .ToArray();
        var isGrey = chroma.Max() < Colorless;
        var first = isGrey ? chroma : measure.FirstMaterial();
        var second = isGrey ? chroma : measure.NextMaterial(first);
        var third = isGrey ? chroma : measure.NextMaterial(second);
        var fine = isGrey ? chroma : measure.FineStructure();
        var (across, along, acrossEach) = measure.Spread();
        double[] values =
        [
            Log(chroma.Average()),
            Log(At(chroma, 95)),
            Log(At(chroma, 50)),
            .. LogsOf(first),
            .. LogsOf(second),
            .. LogsOf(third),
            .. LogsOf(fine),
            Log(across),
            Log(along),
            Log(At(acrossEach, 75)),
            Log(At(acrossEach, 90)),
            Log(At(acrossEach, 95)),
            .. measure.Hues(chroma),
        ];
        return new ToneFigures(averaged)
        {
            Chroma = chroma.Average(),
            Rest = At(third, 75),
            Across = across,
            Values = values,
        };
    }

    private static double Log(double value) => Math.Log(value + 0.05);

    private static double LogShare(double share) => Math.Log(share + 0.01);

    private static double At(double[] values, double percent) => RobustFit.Percentile([.. values], percent);

    private static IEnumerable<double> LogsOf(double[] values)
    {
        foreach (var percent in new[] { 50, 75, 90, 95 })
            yield return Log(At(values, percent));
    }

    /// <summary>
    /// The picture's own material. It is looked for in the middle, where no mount is, and everywhere; the better explanation counts.
    /// </summary>
    private double[] FirstMaterial()
    {
        const double middle = 0.66,
            outside = 0.02;
        var terms = MakeTerms(Terms);
        var everywhere = Enumerable.Repeat(1.0, cells.Count).ToArray();
        var inside = new double[cells.Count];
        for (var cell = 0; cell < cells.Count; cell++)
        {
            var (x, y) = cells.Place(cell);
            inside[cell] = Math.Abs(x) < middle && Math.Abs(y) < middle ? 1 : outside;
        }

        const int rounds = 8;
        var byMiddle = RobustFit.Residuals(terms, Terms, cells.A, cells.B, inside, Penalty, Noise, rounds);
        var byAll = RobustFit.Residuals(terms, Terms, cells.A, cells.B, everywhere, Penalty, Noise, rounds);
        return Mean(byMiddle) < Mean(byAll) * 1.1 ? byMiddle : byAll;

        static double Mean(double[] residuals) => residuals.Average(static rest => Math.Min(rest, 4));
    }

    /// <summary>Explains what is left by one more material.</summary>
    private double[] NextMaterial(double[] residuals)
    {
        const int fewest = 40;
        var rest = residuals.Select(static value => value > Unexplained ? 1.0 : 0).ToArray();
        if (rest.Sum() <= fewest)
            return residuals;
        const int rounds = 6;
        var next = RobustFit.Residuals(MakeTerms(SecondTerms), SecondTerms, cells.A, cells.B, rest, Penalty, Noise, rounds);
        return [.. residuals.Zip(next, Math.Min)];
    }

    /// <summary>How far colours stand out from their neighbours' where lightness does not.</summary>
    private double[] FineStructure()
    {
        const int count = 4;
        var terms = new double[cells.Count * count];
        var (a, b) = (new double[cells.Count], new double[cells.Count]);
        for (var cell = 0; cell < cells.Count; cell++)
        {
            var lightness = cells.AgainstNeighbors(cells.Lightness, cell);
            var (across, down) = cells.Slope(cell);
            double[] row = [lightness, lightness * (cells.Lightness[cell] - 50) / 50, across, down];
            row.CopyTo(terms, cell * count);
            (a[cell], b[cell]) = (cells.AgainstNeighbors(cells.A, cell), cells.AgainstNeighbors(cells.B, cell));
        }

        var penalty = new double[count, count];
        for (var i = 0; i < count; i++)
            penalty[i, i] = 1e-6;
        return RobustFit.Residuals(terms, count, a, b, [.. Enumerable.Repeat(1.0, cells.Count)], penalty, noise: 0.4, rounds: 5);
    }

    /// <summary>The spread of the colours about their median: across and along their main direction, and across it for each cell.</summary>
    private (double Across, double Along, double[] AcrossEach) Spread()
    {
        const double longest = 8;
        var (medianA, medianB) = (At(cells.A, 50), At(cells.B, 50));
        var points = new (double A, double B)[cells.Count];
        var (aa, ab, bb) = (0.0, 0.0, 0.0);
        for (var cell = 0; cell < cells.Count; cell++)
        {
            var (a, b) = (cells.A[cell] - medianA, cells.B[cell] - medianB);
            var length = Math.Sqrt((a * a) + (b * b));
            var shorter = length > longest ? longest / length : 1;
            points[cell] = (a * shorter, b * shorter);
            (aa, ab, bb) = (
                aa + (points[cell].A * points[cell].A),
                ab + (points[cell].A * points[cell].B),
                bb + (points[cell].B * points[cell].B)
            );
        }

        var angle = 0.5 * Math.Atan2(2 * ab, aa - bb);
        var (cos, sin) = (Math.Cos(angle), Math.Sin(angle));
        var across = points.Select(point => Math.Abs((point.B * cos) - (point.A * sin))).ToArray();
        var along = points.Select(point => (point.A * cos) + (point.B * sin)).ToArray();
        return (Root(across), Root(along), across);

        static double Root(double[] values) => Math.Sqrt(values.Average(static value => value * value));
    }

    /// <summary>
    /// Hues that tones do not have: the share of green, of blue where it is light, of red; and how a and b change with lightness.
    /// </summary>
    private double[] Hues(double[] chroma)
    {
        var (green, strongGreen, sky, red) = (0.0, 0.0, 0.0, 0.0);
        var (meanL, meanA, meanB) = (cells.Lightness.Average(), cells.A.Average(), cells.B.Average());
        var (variance, withA, withB) = (0.0, 0.0, 0.0);
        for (var cell = 0; cell < cells.Count; cell++)
        {
            var (l, a, b, c) = (cells.Lightness[cell], cells.A[cell], cells.B[cell], chroma[cell]);
            green += a < -0.25 * c && b > 0 && c > 1.2 ? 1 : 0;
            strongGreen += a < -0.1 * c && b > 0 && c > 2.5 ? 1 : 0;
            sky += l > 55 && b < -1.5 ? 1 : 0;
            red += a > 1.2 * Math.Abs(b) && c > 3 ? 1 : 0;
            variance += (l - meanL) * (l - meanL);
            withA += (l - meanL) * a;
            withB += (l - meanL) * b;
        }

        var count = (double)cells.Count;
        var spread = (variance / count) + 1;
        return
        [
            LogShare(green / count),
            LogShare(strongGreen / count),
            LogShare(sky / count),
            LogShare(red / count),
            withB / count / spread * 20,
            withA / count / spread * 20,
            meanB,
            meanA,
        ];
    }

    private double[] MakeTerms(int count)
    {
        var terms = new double[cells.Count * count];
        for (var cell = 0; cell < cells.Count; cell++)
        {
            var row = terms.AsSpan(cell * count, count);
            var place = Math.Clamp(cells.Lightness[cell] / 100 * (Knots - 1), 0, Knots - 1 - 1e-6);
            row[(int)place] = 1 - (place - (int)place);
            row[(int)place + 1] = place - (int)place;
            var (x, y) = cells.Place(cell);
            var lightness = (cells.Lightness[cell] - 50) / 50;
            var (across, down) = cells.Slope(cell);
            ReadOnlySpan<double> others = [x, y, x * x, y * y, x * y, lightness * x, lightness * y, across / 10, down / 10];
            others[..(count - Knots)].CopyTo(row[Knots..]);
        }

        return terms;
    }

    // Small coefficients, and little bending of the curve over lightness.
    private static double[,] MakePenalty()
    {
        var penalty = new double[Terms, Terms];
        for (var i = 0; i < Terms; i++)
            penalty[i, i] = i < Knots ? 1e-5 : 2e-3;
        double[] bend = [1, -2, 1];
        for (var knot = 0; knot + 2 < Knots; knot++)
        {
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                    penalty[knot + i, knot + j] += 0.004 * bend[i] * bend[j];
            }
        }

        return penalty;
    }
}
