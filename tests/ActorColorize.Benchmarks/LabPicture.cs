using NetVips;

namespace ActorColorize.Benchmarks;

/// <summary>A picture in CIELAB, plane by plane, by libvips' own conversion.</summary>
internal sealed record LabPicture(int Width, int Height, float[] L, float[] A, float[] B)
{
    internal int Pixels => Width * Height;

    internal static LabPicture Of(Image srgb)
    {
        using var lab = srgb.Colourspace(Enums.Interpretation.Lab);
        var pixels = lab.WriteToMemory<float>();
        float[] l = new float[pixels.Length / 3],
            a = new float[l.Length],
            b = new float[l.Length];
        for (var i = 0; i < l.Length; i++)
            (l[i], a[i], b[i]) = (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
        return new LabPicture(lab.Width, lab.Height, l, a, b);
    }

    /// <summary>Opens a picture file as 8-bit sRGB without alpha, upright.</summary>
    internal static Image Open(string path)
    {
        using var file = Image.NewFromBuffer(File.ReadAllBytes(path));
        using var upright = file.Autorot();
        using var srgb = upright.Colourspace(Enums.Interpretation.Srgb);
        return srgb.HasAlpha() ? srgb.Flatten(background: [255]) : srgb.Copy();
    }

    internal double MeanChroma() => Enumerable.Range(0, Pixels).Average(i => Math.Sqrt(A[i] * A[i] + B[i] * B[i]));

    internal double MeanDistance(LabPicture other) =>
        Enumerable
            .Range(0, Pixels)
            .Average(i => Math.Sqrt((A[i] - other.A[i]) * (A[i] - other.A[i]) + (B[i] - other.B[i]) * (B[i] - other.B[i])));
}
