using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Model.Evaluation;
using NetVips;

namespace ActorColorize.Benchmarks;

/// <summary>
/// How well coarse colours are brought to full size: the true colours of photographs are averaged down to a network's grid, enlarged again,
/// and compared with the truth. Bilinear enlargement against the guided one, over the whole picture and at its edges, where colours bleed:
/// the tenth of the pixels whose lightness changes most.
/// </summary>
internal static class ChromaEnlargement
{
    private const double EdgeShare = 0.1;

    private static readonly GuideOptions[] Guides =
    [
        .. (
            from variance in (float[])[12, 25, 50, 100]
            from reach in (int[])[1, 2]
            select new GuideOptions { EdgeVariance = variance, Reach = reach }
        )
            .Append(GuideOptions.Default)
            .Distinct(),
    ];

    internal static void Run(IReadOnlyList<string> photographs)
    {
        foreach (var side in (int[])[64, 128, 256])
        {
            foreach (var blurred in (bool[])[false, true])
                Compare(photographs, side, blurred);
        }
    }

    private static void Compare(IReadOnlyList<string> photographs, int side, bool blurred)
    {
        var bilinear = new Errors();
        var guided = Guides.ToDictionary(static guide => guide, static _ => new Errors());
        foreach (var photograph in photographs)
        {
            using var picture = LabPicture.Open(photograph);
            var truth = LabPicture.Of(picture);
            var size = ThumbnailSize.For(truth.Width, truth.Height, side);
            using var small = picture.ThumbnailImage(size.Width, height: size.Height, size: Enums.Size.Force);
            var thumbnail = new Thumbnail(size.Width, size.Height, small.WriteToMemory<byte>());
            var ab = Reduced(truth, size.Width / 4, size.Height / 4);
            if (blurred)
                ab = Blurred(ab);
            var edge = EdgeThreshold(truth, out var steepness);
            var enlarged = AbUpsampling.Bilinear(ab.Ab_2HW, 1, ab.Height, ab.Width, truth.Height, truth.Width);
            bilinear.Add(truth, enlarged.AsSpan(0, truth.Pixels), enlarged.AsSpan(truth.Pixels), steepness, edge);
            foreach (var guide in guided.Keys)
            {
                var (a, b) = Guided(truth, thumbnail, ab, guide);
                guided[guide].Add(truth, a, b, steepness, edge);
            }
        }

        Console.WriteLine(
            $"enlarging {photographs.Count} photographs' true colours from a side of {side / 4} "
                + $"cells{(blurred ? ", blurred as a network's" : "")}: mean error in ab, and at edges"
        );
        Console.WriteLine($"  {"bilinear", -34} {bilinear}");
        foreach (
            var (guide, errors) in guided
                .OrderBy(static entry => entry.Value.Mean)
                .Where((entry, place) => place < 5 || entry.Key == GuideOptions.Default)
        )
            Console.WriteLine($"  {$"guided, variance {guide.EdgeVariance:0}, reach {guide.Reach}{Used(guide)}", -34} {errors}");
        Console.WriteLine();
    }

    private static string Used(GuideOptions guide) => guide == GuideOptions.Default ? " (used)" : "";

    private static (float[] A, float[] B) Guided(LabPicture truth, Thumbnail thumbnail, AbPlane ab, GuideOptions guide)
    {
        var chroma = new GuidedChroma(thumbnail, ab, 1, QuarterTurn.None, truth.Width, truth.Height, guide);
        float[] a = new float[truth.Pixels],
            b = new float[truth.Pixels],
            root = new float[truth.Width];
        for (var y = 0; y < truth.Height; y++)
        {
            for (var x = 0; x < truth.Width; x++)
                root[x] = (truth.L[y * truth.Width + x] + 16) / 116;
            chroma.Row(y, root, a.AsSpan(y * truth.Width, truth.Width), b.AsSpan(y * truth.Width, truth.Width));
        }

        return (a, b);
    }

    /// <summary>The mean of the true colours in each cell.</summary>
    private static AbPlane Reduced(LabPicture truth, int width, int height)
    {
        var ab = new float[2 * width * height];
        for (var down = 0; down < height; down++)
        for (var across = 0; across < width; across++)
        {
            int left = across * truth.Width / width,
                right = (across + 1) * truth.Width / width,
                top = down * truth.Height / height,
                bottom = (down + 1) * truth.Height / height;
            double a = 0,
                b = 0;
            for (var y = top; y < bottom; y++)
            for (var x = left; x < right; x++)
                (a, b) = (a + truth.A[y * truth.Width + x], b + truth.B[y * truth.Width + x]);
            var pixels = (right - left) * (bottom - top);
            (ab[down * width + across], ab[(height + down) * width + across]) = ((float)(a / pixels), (float)(b / pixels));
        }

        return new AbPlane(width, height, ab);
    }

    /// <summary>The mean over 3 × 3 cells.</summary>
    private static AbPlane Blurred(AbPlane ab)
    {
        var blurred = new float[ab.Ab_2HW.Length];
        for (var plane = 0; plane < 2; plane++)
        for (var y = 0; y < ab.Height; y++)
        for (var x = 0; x < ab.Width; x++)
        {
            var around =
                from dy in (int[])[-1, 0, 1]
                from dx in (int[])[-1, 0, 1]
                select ab.Ab_2HW[
                    (plane * ab.Height + Math.Clamp(y + dy, 0, ab.Height - 1)) * ab.Width + Math.Clamp(x + dx, 0, ab.Width - 1)
                ];
            blurred[(plane * ab.Height + y) * ab.Width + x] = around.Average();
        }

        return ab with
        {
            Ab_2HW = blurred,
        };
    }

    private static float EdgeThreshold(LabPicture truth, out float[] steepness)
    {
        steepness = new float[truth.Pixels];
        for (var y = 1; y < truth.Height - 1; y++)
        for (var x = 1; x < truth.Width - 1; x++)
        {
            var i = y * truth.Width + x;
            var (dx, dy) = (truth.L[i + 1] - truth.L[i - 1], truth.L[i + truth.Width] - truth.L[i - truth.Width]);
            steepness[i] = dx * dx + dy * dy;
        }

        return steepness.Order().ElementAt((int)((1 - EdgeShare) * (truth.Pixels - 1)));
    }

    /// <summary>Sums of one way of enlarging, over all pictures.</summary>
    private sealed class Errors
    {
        private double _sum,
            _atEdges;
        private long _pixels,
            _edgePixels;

        internal double Mean => _sum / _pixels;

        internal void Add(LabPicture truth, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float[] steepness, float edge)
        {
            for (var i = 0; i < truth.Pixels; i++)
            {
                var error = Math.Sqrt((a[i] - truth.A[i]) * (a[i] - truth.A[i]) + (b[i] - truth.B[i]) * (b[i] - truth.B[i]));
                _sum += error;
                if (steepness[i] <= edge)
                    continue;
                _atEdges += error;
                _edgePixels++;
            }

            _pixels += truth.Pixels;
        }

        public override string ToString() => $"{Mean:0.00}, {_atEdges / _edgePixels:0.00}";
    }
}
