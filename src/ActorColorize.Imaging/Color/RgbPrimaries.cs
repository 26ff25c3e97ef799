using System.Buffers.Binary;

namespace ActorColorize.Imaging.Color;

/// <summary>The colours of red, green and blue of a picture, and its white, as CIE 1931 chromaticities.</summary>
/// <param name="Places">x and y of white, red, green and blue.</param>
public sealed record RgbPrimaries(IReadOnlyList<double> Places)
{
    /// <summary>sRGB's, which are those of BT.709; white is D65.</summary>
    internal static RgbPrimaries Srgb { get; } = new([0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06]);

    // The adaptation of D65's relatives to the D50 of profiles, and its inverse (Bradford; ICC.1:2022, annex E).
    private static readonly double[] Bradford = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];

    private static readonly double[] D50 = [0.9642, 1, 0.8249];

    /// <summary>The primaries of a code point of ITU-T H.273 (table 2); null if it is none that is known here.</summary>
    internal static RgbPrimaries? OfCode(int code) =>
        code switch
        {
            1 => Srgb,
            5 => new([0.3127, 0.3290, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06]),
            6 or 7 => new([0.3127, 0.3290, 0.63, 0.34, 0.31, 0.595, 0.155, 0.07]),
            9 => new([0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046]),
            12 => new([0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060]),
            _ => null,
        };

    /// <summary>Whether they are sRGB's, as far as five digits in a file can say.</summary>
    internal bool IsSrgb => Places.Zip(Srgb.Places, static (one, other) => Math.Abs(one - other)).All(static distance => distance < 0.001);

    /// <summary>Whether they span a triangle around white.</summary>
    internal bool IsValid
    {
        get
        {
            if (Places.Count != 8 || !Places.Where(static (_, i) => i % 2 == 1).All(static y => y is > 0 and <= 1))
                return false;
            var area = ((Places[4] - Places[2]) * (Places[7] - Places[3])) - ((Places[6] - Places[2]) * (Places[5] - Places[3]));
            return Math.Abs(area) > 0.001 && Scales() is [> 0, > 0, > 0];
        }
    }

    /// <summary>The matrix from light in these primaries to light in sRGB's, row by row; white becomes white.</summary>
    internal double[] ToSrgb() => Multiplied(Inverse(Srgb.ToD50()), ToD50());

    /// <summary>A profile of these primaries.</summary>
    /// <param name="gamma">The exponent that turned light into stored values; null: sRGB's curve.</param>
    /// <remarks>Source: ICC.1:2022, sections 7.2, 7.3, 10.18 and 10.31.</remarks>
    internal byte[] Profile(double? gamma)
    {
        double[] curve = gamma is { } exponent ? [1 / exponent] : [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];
        var para = new byte[12 + (4 * curve.Length)];
        "para"u8.CopyTo(para);
        para[9] = (byte)(gamma is null ? 3 : 0);
        for (var i = 0; i < curve.Length; i++)
            WriteFixed(para.AsSpan(12 + (4 * i)), curve[i]);
        var matrix = ToD50();
        byte[] Tag(double x, double y, double z)
        {
            var tag = new byte[20];
            "XYZ "u8.CopyTo(tag);
            WriteFixed(tag.AsSpan(8), x);
            WriteFixed(tag.AsSpan(12), y);
            WriteFixed(tag.AsSpan(16), z);
            return tag;
        }

        (string Name, byte[] Data)[] tags =
        [
            ("wtpt", Tag(D50[0], D50[1], D50[2])),
            ("rXYZ", Tag(matrix[0], matrix[3], matrix[6])),
            ("gXYZ", Tag(matrix[1], matrix[4], matrix[7])),
            ("bXYZ", Tag(matrix[2], matrix[5], matrix[8])),
            ("rTRC", para),
            ("gTRC", para),
            ("bTRC", para),
        ];
        const int headerBytes = 128,
            tagBytes = 12;
        var at = headerBytes + 4 + (tags.Length * tagBytes);
        var profile = new byte[at + tags.Sum(static tag => tag.Data.Length)];
        BinaryPrimitives.WriteInt32BigEndian(profile, profile.Length);
        profile[8] = 4; // version
        "mntrRGB XYZ "u8.CopyTo(profile.AsSpan(12));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        WriteFixed(profile.AsSpan(68), D50[0]);
        WriteFixed(profile.AsSpan(72), D50[1]);
        WriteFixed(profile.AsSpan(76), D50[2]);
        BinaryPrimitives.WriteInt32BigEndian(profile.AsSpan(headerBytes), tags.Length);
        for (var i = 0; i < tags.Length; i++)
        {
            var entry = profile.AsSpan(headerBytes + 4 + (i * tagBytes));
            System.Text.Encoding.ASCII.GetBytes(tags[i].Name, entry);
            BinaryPrimitives.WriteInt32BigEndian(entry[4..], at);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], tags[i].Data.Length);
            tags[i].Data.CopyTo(profile, at);
            at += tags[i].Data.Length;
        }

        return profile;
    }

    /// <summary>From light in these primaries to XYZ, with white adapted to D50.</summary>
    private double[] ToD50()
    {
        var scales = Scales();
        var columns = Columns();
        var toXyz = new double[9];
        for (var i = 0; i < 9; i++)
            toXyz[i] = columns[i] * scales[i % 3];
        var (from, to) = (Times(Bradford, Xyz(0)), Times(Bradford, D50));
        var cones = new double[9];
        for (var i = 0; i < 9; i++)
            cones[i] = Bradford[i] * to[i / 3] / from[i / 3];
        return Multiplied(Multiplied(Inverse(Bradford), cones), toXyz);
    }

    /// <summary>How much of each primary white takes.</summary>
    private double[] Scales() => Times(Inverse(Columns()), Xyz(0));

    private double[] Columns()
    {
        var (r, g, b) = (Xyz(1), Xyz(2), Xyz(3));
        return [r[0], g[0], b[0], r[1], g[1], b[1], r[2], g[2], b[2]];
    }

    private double[] Xyz(int place)
    {
        var (x, y) = (Places[2 * place], Places[(2 * place) + 1]);
        return [x / y, 1, (1 - x - y) / y];
    }

    private static double[] Times(double[] m, double[] v) =>
        [
            (m[0] * v[0]) + (m[1] * v[1]) + (m[2] * v[2]),
            (m[3] * v[0]) + (m[4] * v[1]) + (m[5] * v[2]),
            (m[6] * v[0]) + (m[7] * v[1]) + (m[8] * v[2]),
        ];

    private static double[] Multiplied(double[] a, double[] b)
    {
        var product = new double[9];
        for (var i = 0; i < 9; i++)
        {
            for (var k = 0; k < 3; k++)
                product[i] += a[(i / 3 * 3) + k] * b[(3 * k) + (i % 3)];
        }

        return product;
    }

    private static double[] Inverse(double[] m)
    {
        double Minor(int a, int b, int c, int d) => (m[a] * m[d]) - (m[b] * m[c]);
        double[] adjugate =
        [
            Minor(4, 5, 7, 8),
            -Minor(1, 2, 7, 8),
            Minor(1, 2, 4, 5),
            -Minor(3, 5, 6, 8),
            Minor(0, 2, 6, 8),
            -Minor(0, 2, 3, 5),
            Minor(3, 4, 6, 7),
            -Minor(0, 1, 6, 7),
            Minor(0, 1, 3, 4),
        ];
        var determinant = (m[0] * adjugate[0]) + (m[1] * adjugate[3]) + (m[2] * adjugate[6]);
        return [.. adjugate.Select(value => value / determinant)];
    }

    private static void WriteFixed(Span<byte> target, double value) =>
        BinaryPrimitives.WriteInt32BigEndian(target, (int)Math.Round(value * 65536));
}
