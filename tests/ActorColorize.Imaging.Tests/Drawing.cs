using NetVips;

namespace ActorColorize.Imaging.Tests;

/// <summary>Procedural pictures as RGB24 rows: no photograph is needed to test with.</summary>
internal static class Drawing
{
    /// <summary>
    /// A landscape with discs: smooth sky, textured ground, and objects of many colours at similar lightness. The same every time.
    /// </summary>
    public static byte[] Landscape(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (u, v) = ((x + 0.5) / width, (y + 0.5) / height);
                var ground = 0.55 + (0.06 * Math.Sin(7 * u));
                var color =
                    v < ground
                        ? (R: 110 + (90 * v), G: 150 + (60 * v), B: 235 - (40 * v))
                        : (R: 90 + (25 * Math.Sin(90 * u) * Math.Cos(70 * v)), G: 120 + (30 * Math.Sin(60 * u)), B: 50 + (20 * v));
                foreach (var (cx, cy, radius, r, g, b) in Discs)
                {
                    var distance = Math.Sqrt(((u - cx) * (u - cx)) + ((v - cy) * (v - cy)));
                    if (distance < radius)
                        color = (r * (1 - (distance / radius / 3)), g * (1 - (distance / radius / 3)), b * (1 - (distance / radius / 3)));
                }

                Set(rgb, (y * width) + x, color.R, color.G, color.B);
            }
        }

        return rgb;
    }

    /// <summary>The luma of each pixel in all three channels.</summary>
    public static byte[] Grey(byte[] rgb) => Each(rgb, luma => (luma, luma, luma));

    /// <summary>The picture in one tone: each pixel is a function of its luma.</summary>
    public static byte[] Each(byte[] rgb, Func<double, (double R, double G, double B)> tone)
    {
        var toned = new byte[rgb.Length];
        for (var i = 0; i < rgb.Length; i += 3)
        {
            var color = tone((0.299 * rgb[i]) + (0.587 * rgb[i + 1]) + (0.114 * rgb[i + 2]));
            Set(toned, i / 3, color.R, color.G, color.B);
        }

        return toned;
    }

    /// <summary>Each channel of each pixel with normal noise added.</summary>
    public static byte[] Noisy(byte[] rgb, double deviation, int seed)
    {
        var random = new Random(seed);
        return [.. rgb.Select(level => Level(level + (deviation * Normal(random))))];
    }

    /// <summary>A libvips picture, sRGB 8 bit.</summary>
    public static Image ToImage(byte[] rgb, int width, int height)
    {
        using var raw = Image.NewFromMemory(rgb, width, height, 3, Enums.BandFormat.Uchar);
        return raw.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <summary>The landscape as a libvips picture.</summary>
    public static Image LandscapeImage(int width, int height) => ToImage(Landscape(width, height), width, height);

    public static void Set(byte[] rgb, int pixel, double r, double g, double b)
    {
        rgb[pixel * 3] = Level(r);
        rgb[(pixel * 3) + 1] = Level(g);
        rgb[(pixel * 3) + 2] = Level(b);
    }

    private static byte Level(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static readonly (double X, double Y, double Radius, double R, double G, double B)[] Discs =
    [
        (0.2, 0.7, 0.12, 220, 60, 40),
        (0.5, 0.75, 0.1, 60, 150, 60),
        (0.78, 0.65, 0.13, 70, 90, 220),
        (0.35, 0.3, 0.09, 240, 200, 40),
        (0.7, 0.25, 0.08, 200, 60, 200),
    ];
}
