namespace ActorColorize.Imaging.Color;

/// <summary>The transfer curve of sRGB as tables: exact from stored levels to linear light, and finer than half a level back.</summary>
/// <remarks>Source: IEC 61966-2-1:1999.</remarks>
internal static class SrgbCurve
{
    /// <summary>
    /// The highest index of <see cref="EncodedBytes"/>. The curve is steepest in the blacks, 12.92 levels per level: a step of the table is
    /// a fifth of an 8-bit level there, so that the table's rounding (a tenth) cannot move an exact level to its neighbour. 16 kB stay in
    /// the first-level cache.
    /// </summary>
    public const int EncodedSteps = 16383;

    /// <summary>Linear light 0…1 of each 8-bit level.</summary>
    public static float[] LinearOfByte { get; } = [.. Enumerable.Range(0, 256).Select(static level => (float)Decode(level / 255.0))];

    /// <summary>Linear light 0…1 of each 16-bit level.</summary>
    public static float[] LinearOfWord => WordTables.Linear;

    /// <summary>The 8-bit level of linear light, at index linear × <see cref="EncodedSteps"/>.</summary>
    public static byte[] EncodedBytes { get; } =
    [.. Enumerable.Range(0, EncodedSteps + 1).Select(static step => (byte)Math.Round(Encode(step / (double)EncodedSteps) * 255))];

    /// <summary>The 16-bit level of linear light.</summary>
    /// <param name="linear">0…1; values outside are clipped.</param>
    public static ushort ToWord(float linear)
    {
        // Between the table's entries the curve bends by less than a fiftieth of a level, but for the first entries, where it is a straight
        // line.
        var place = Math.Clamp(linear, 0, 1) * (WordTables.Encoded.Length - 2);
        var index = (int)place;
        var below = WordTables.Encoded[index];
        return (ushort)(below + ((place - index) * (WordTables.Encoded[index + 1] - below)) + 0.5f);
    }

    /// <summary>Stored value 0…1 to linear light 0…1.</summary>
    public static double Decode(double stored) => stored <= 0.04045 ? stored / 12.92 : Math.Pow((stored + 0.055) / 1.055, 2.4);

    /// <summary>Linear light 0…1 to stored value 0…1.</summary>
    public static double Encode(double linear) => linear <= 0.0031308 ? linear * 12.92 : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055;

    /// <summary>The large tables, created only for the first 16-bit picture.</summary>
    private static class WordTables
    {
        public static float[] Linear { get; } = [.. Enumerable.Range(0, 65536).Select(static level => (float)Decode(level / 65535.0))];

        // One entry more than steps: full white interpolates towards it with weight zero.
        public static float[] Encoded { get; } =
        [.. Enumerable.Range(0, 65538).Select(static step => (float)(Encode(Math.Min(1, step / 65536.0)) * 65535))];
    }
}
