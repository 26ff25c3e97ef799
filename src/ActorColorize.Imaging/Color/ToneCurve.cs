namespace ActorColorize.Imaging.Color;

/// <summary>Tables from the stored values of a picture, by their own curve, to those of sRGB.</summary>
internal static class ToneCurve
{
    /// <summary>A table for 8 bits.</summary>
    /// <param name="linear">Light, 0…1, of a stored value, 0…1.</param>
    public static byte[] Bytes(Func<double, double> linear) =>
        [.. Enumerable.Range(0, 256).Select(level => (byte)Math.Round(255 * SrgbCurve.Encode(Math.Clamp(linear(level / 255.0), 0, 1))))];

    /// <summary>A table for 16 bits.</summary>
    /// <param name="linear">Light, 0…1, of a stored value, 0…1.</param>
    public static ushort[] Words(Func<double, double> linear) =>
        [
            .. Enumerable
                .Range(0, 65536)
                .Select(level => (ushort)Math.Round(65535 * SrgbCurve.Encode(Math.Clamp(linear(level / 65535.0), 0, 1)))),
        ];
}
