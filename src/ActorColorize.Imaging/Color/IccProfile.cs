using System.Buffers.Binary;

namespace ActorColorize.Imaging.Color;

/// <summary>The colour model that a profile describes.</summary>
internal enum IccModel
{
    /// <summary>An unsupported model.</summary>
    Other,

    /// <summary>Grey.</summary>
    Grey,

    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Cyan, magenta, yellow, black.</summary>
    Cmyk,
}

/// <summary>The parts of an ICC profile that are needed to handle it.</summary>
/// <remarks>Source: ICC.1:2022 (profile version 4.4), sections 7.2, 7.3, 10.6, 10.18, 10.31.</remarks>
internal static class IccProfile
{
    private const int HeaderBytes = 128;
    private const int TagBytes = 12;

    // sRGB's primaries adapted to the profile connection space's D50 by Bradford: the columns X, Y, Z of red, green and blue.
    private static readonly double[] SrgbColorants = [0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7142];

    /// <summary>The model that a profile is for.</summary>
    public static IccModel Model(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < HeaderBytes + 4)
            return IccModel.Other;
        var space = profile[16..20];
        return space.SequenceEqual("RGB "u8) ? IccModel.Rgb
            : space.SequenceEqual("GRAY"u8) ? IccModel.Grey
            : space.SequenceEqual("CMYK"u8) ? IccModel.Cmyk
            : IccModel.Other;
    }

    /// <summary>
    /// Whether a profile is sRGB under one of its many names: matrix and curves are compared, not the description. Pictures with it need no
    /// conversion, which would cost time and precision.
    /// </summary>
    public static bool IsSrgb(ReadOnlySpan<byte> profile)
    {
        if (Model(profile) != IccModel.Rgb || !Tag(profile, "A2B0"u8).IsEmpty)
            return false;
        return ColorantIs(Tag(profile, "rXYZ"u8), 0)
            && ColorantIs(Tag(profile, "gXYZ"u8), 3)
            && ColorantIs(Tag(profile, "bXYZ"u8), 6)
            && CurveIsSrgb(Tag(profile, "rTRC"u8))
            && CurveIsSrgb(Tag(profile, "gTRC"u8))
            && CurveIsSrgb(Tag(profile, "bTRC"u8));
    }

    /// <summary>The curve of a grey profile: light, 0…1, of a stored value, 0…1; null if it has none of a known kind.</summary>
    public static Func<double, double>? GreyCurve(byte[] profile)
    {
        if (Model(profile) != IccModel.Grey || Curve(Tag(profile, "kTRC"u8), 0.5) is null)
            return null;
        return x => Curve(Tag(profile, "kTRC"u8), x) ?? x;
    }

    private static bool ColorantIs(ReadOnlySpan<byte> tag, int first)
    {
        if (tag.Length < 20)
            return false;
        for (var i = 0; i < 3; i++)
        {
            if (Math.Abs(Fixed(tag[(8 + (4 * i))..]) - SrgbColorants[first + i]) > 0.002)
                return false;
        }

        return true;
    }

    private static bool CurveIsSrgb(ReadOnlySpan<byte> tag)
    {
        for (var step = 1; step <= 16; step++)
        {
            var stored = step / 16.0;
            if (Curve(tag, stored) is not { } linear || Math.Abs(linear - SrgbCurve.Decode(stored)) > 0.003)
                return false;
        }

        return true;
    }

    private static double? Curve(ReadOnlySpan<byte> tag, double x)
    {
        if (tag.Length < 12)
            return null;
        if (tag.StartsWith("curv"u8))
            return SampledCurve(tag[12..], (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(tag[8..])), x);
        return tag.StartsWith("para"u8) ? ParametricCurve(tag[12..], BinaryPrimitives.ReadUInt16BigEndian(tag[8..]), x) : null;
    }

    private static double? SampledCurve(ReadOnlySpan<byte> samples, int count, double x)
    {
        if (count == 0)
            return x;
        if (samples.Length / 2 < count)
            return null;
        if (count == 1)
            return Math.Pow(x, BinaryPrimitives.ReadUInt16BigEndian(samples) / 256.0);
        var place = x * (count - 1);
        var index = Math.Min((int)place, count - 2);
        var below = BinaryPrimitives.ReadUInt16BigEndian(samples[(2 * index)..]);
        var above = BinaryPrimitives.ReadUInt16BigEndian(samples[((2 * index) + 2)..]);
        return (below + ((place - index) * (above - below))) / 65535;
    }

    // Function type 3 (g, a, b, c, d) is sRGB's; type 0 is a pure gamma.
    private static double? ParametricCurve(ReadOnlySpan<byte> numbers, int function, double x)
    {
        if (function == 0 && numbers.Length >= 4)
            return Math.Pow(x, Fixed(numbers));
        if (function != 3 || numbers.Length < 20)
            return null;
        var (g, a, b, c, d) = (Fixed(numbers), Fixed(numbers[4..]), Fixed(numbers[8..]), Fixed(numbers[12..]), Fixed(numbers[16..]));
        return x >= d ? Math.Pow((a * x) + b, g) : c * x;
    }

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> profile, ReadOnlySpan<byte> signature)
    {
        var count = BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderBytes..]);
        for (var i = 0; i < count; i++)
        {
            var at = HeaderBytes + 4 + (i * TagBytes);
            if (at + TagBytes > profile.Length)
                break;
            if (!profile.Slice(at, 4).SequenceEqual(signature))
                continue;
            long offset = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 4)..]);
            long length = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 8)..]);
            return offset + length <= profile.Length ? profile.Slice((int)offset, (int)length) : [];
        }

        return [];
    }

    private static double Fixed(ReadOnlySpan<byte> number) => BinaryPrimitives.ReadInt32BigEndian(number) / 65536.0;
}
