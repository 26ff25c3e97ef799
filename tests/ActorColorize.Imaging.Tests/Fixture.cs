using System.Text.Json;

namespace ActorColorize.Imaging.Tests;

/// <summary>
/// What scripts/make_picture_fixtures.py made: pictures and metadata by Pillow and exiftool, numbers by NumPy and scikit-image.
/// </summary>
internal static class Fixture
{
    private static readonly JsonElement Numbers = Read();

    /// <summary>Lightness of the four quarters of the upright orientation pictures, [down][across].</summary>
    public static double[][] QuadrantLightness { get; } = [.. Numbers.GetProperty("quadrant_lightness").EnumerateArray().Select(Doubles)];

    /// <summary>The patches of cmyk.jpg, 16 pixels wide each: their sRGB levels by the embedded profile.</summary>
    public static double[][] Inks { get; } =
    [.. Numbers.GetProperty("cmyk").EnumerateArray().Select(ink => Doubles(ink.GetProperty("srgb")))];

    /// <summary>Levels in the profile wide.icc, and their sRGB levels.</summary>
    public static (byte[] Levels, double[] Srgb)[] WideColors { get; } =
    [
        .. Numbers
            .GetProperty("wide")
            .EnumerateArray()
            .Select(color =>
                (
                    color.GetProperty("levels").EnumerateArray().Select(level => level.GetByte()).ToArray(),
                    Doubles(color.GetProperty("srgb"))
                )
            ),
    ];

    /// <summary>
    /// The luminance, 0…1 and under D65 as sRGB has it, of a colour in the profile wide.icc, by the profile's definition.
    /// </summary>
    /// <param name="rgb">Stored values, 0…1.</param>
    public static double WideLuminance(ReadOnlySpan<double> rgb)
    {
        var (shares, gamma) = (Doubles(Numbers.GetProperty("wide_luminance")), Numbers.GetProperty("wide_gamma").GetDouble());
        return (shares[0] * Math.Pow(rgb[0], gamma)) + (shares[1] * Math.Pow(rgb[1], gamma)) + (shares[2] * Math.Pow(rgb[2], gamma));
    }

    public static string At(string name) => Path.Join(AppContext.BaseDirectory, "Fixtures", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(At(name));

    private static double[] Doubles(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetDouble())];

    private static JsonElement Read()
    {
        using var json = JsonDocument.Parse(Bytes("colors.json"));
        return json.RootElement.Clone();
    }
}
