namespace ActorColorize.Model.Evaluation;

/// <summary>
/// An <see cref="AbHistogram"/> in 22 × 22 cells of 10 units, as text that is short enough to be kept for every validation. Cells are
/// numbered a first: cell i has the index i / 22 in a and i mod 22 in b.
/// </summary>
public static class CoarseColors
{
    /// <summary>Cells along each axis.</summary>
    public const int Cells = 22;

    /// <summary>Width of a cell, CIELAB units.</summary>
    public const double CellWidth = 2 * AbHistogram.Edge / Cells;

    private const int FineCells = AbHistogram.Cells / Cells; // along each axis of a cell
    private const double StepsPerDecade = 51; // 5 decades in the 255 values of a byte

    /// <summary>
    /// The histogram as text of 648 characters: base64 of a byte per cell. 0 is an empty cell; of others, the share of all colours is
    /// 10^((byte − 255) / 51), to within 2.3 %, or 0.00001 where it is less.
    /// </summary>
    /// <param name="histogram">The histogram.</param>
    public static string ToText(AbHistogram histogram)
    {
        ArgumentNullException.ThrowIfNull(histogram);
        var bytes = new byte[Cells * Cells];
        for (var cell = 0; cell < bytes.Length; cell++)
        {
            var share = 0.0;
            for (var a = 0; a < FineCells; a++)
            for (var b = 0; b < FineCells; b++)
                share += histogram.Share((cell / Cells * FineCells) + a, (cell % Cells * FineCells) + b);
            if (share > 0)
                bytes[cell] = (byte)Math.Clamp(Math.Round(byte.MaxValue + (StepsPerDecade * Math.Log10(share))), 1, byte.MaxValue);
        }

        return Convert.ToBase64String(bytes);
    }

    /// <summary>Each cell's share of all colours, 0 to 1; null if the text is not a histogram.</summary>
    /// <param name="text">What <see cref="ToText"/> made.</param>
    public static IReadOnlyList<double>? SharesOf(string? text)
    {
        var bytes = new byte[Cells * Cells];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var written) && written == bytes.Length
            ? [.. bytes.Select(static value => value == 0 ? 0 : Math.Pow(10, (value - byte.MaxValue) / StepsPerDecade))]
            : null;
    }
}
