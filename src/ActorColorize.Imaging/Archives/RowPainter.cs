using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Colours the rows of a picture in place: luminance is kept, a and b are replaced. One instance per picture; it holds the row's
/// intermediate buffers.
/// </summary>
/// <param name="pixels">sRGB pixels, three or four channels.</param>
/// <param name="chroma">The new colours.</param>
/// <param name="isGrey">Whether all three channels of the picture are the same.</param>
/// <param name="ownShare">How much of the picture's own colours is added, 0…1.</param>
internal sealed class RowPainter(NativePixels pixels, GuidedChroma chroma, bool isGrey, float ownShare)
{
    private readonly float[] red = Row(pixels);
    private readonly float[] green = Row(pixels);
    private readonly float[] blue = Row(pixels);
    private readonly float[] luminance = Row(pixels);
    private readonly float[] root = Row(pixels);
    private readonly float[] labA = Row(pixels);
    private readonly float[] labB = Row(pixels);
    private readonly int[] redSteps = new int[LabRow.Padded(pixels.Width)];
    private readonly int[] greenSteps = new int[LabRow.Padded(pixels.Width)];
    private readonly int[] blueSteps = new int[LabRow.Padded(pixels.Width)];

    /// <summary>Colours all rows.</summary>
    /// <param name="top">The row of the picture that the pixels begin with.</param>
    public void Paint(int top = 0)
    {
        for (var y = 0; y < pixels.Height; y++)
        {
            if (pixels.IsWide)
                Load(pixels.Row<ushort>(y), SrgbCurve.LinearOfWord);
            else
                Load(pixels.Row<byte>(y), SrgbCurve.LinearOfByte);
            Recolor(top + y);
            if (pixels.IsWide)
                Store(pixels.Row<ushort>(y));
            else
                Store(pixels.Row<byte>(y));
        }
    }

    private void Recolor(int y)
    {
        if (!isGrey)
            LabRow.Luminance(red, green, blue, luminance);
        LabRow.Root(luminance, root);
        chroma.Row(y, root.AsSpan(0, pixels.Width), labA, labB);
        if (ownShare > 0 && !isGrey)
            LabRow.AddOwnColor(red, green, blue, root, ownShare, labA, labB);
        LabRow.Colored(luminance, root, labA, labB, red, green, blue);
    }

    private void Load(ReadOnlySpan<byte> row, float[] linear)
    {
        if (isGrey)
        {
            for (int x = 0, i = 0; i + 2 < row.Length; x++, i += pixels.Bands)
                luminance[x] = linear[row[i]];
            return;
        }

        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += pixels.Bands)
        {
            red[x] = linear[row[i]];
            green[x] = linear[row[i + 1]];
            blue[x] = linear[row[i + 2]];
        }
    }

    private void Load(ReadOnlySpan<ushort> row, float[] linear)
    {
        if (isGrey)
        {
            for (int x = 0, i = 0; i + 2 < row.Length; x++, i += pixels.Bands)
                luminance[x] = linear[row[i]];
            return;
        }

        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += pixels.Bands)
        {
            red[x] = linear[row[i]];
            green[x] = linear[row[i + 1]];
            blue[x] = linear[row[i + 2]];
        }
    }

    private void Store(Span<byte> row)
    {
        LabRow.Quantize(red, SrgbCurve.EncodedSteps, redSteps);
        LabRow.Quantize(green, SrgbCurve.EncodedSteps, greenSteps);
        LabRow.Quantize(blue, SrgbCurve.EncodedSteps, blueSteps);
        var encoded = SrgbCurve.EncodedBytes;
        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += pixels.Bands)
        {
            row[i] = encoded[redSteps[x]];
            row[i + 1] = encoded[greenSteps[x]];
            row[i + 2] = encoded[blueSteps[x]];
        }
    }

    private void Store(Span<ushort> row)
    {
        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += pixels.Bands)
        {
            row[i] = SrgbCurve.ToWord(red[x]);
            row[i + 1] = SrgbCurve.ToWord(green[x]);
            row[i + 2] = SrgbCurve.ToWord(blue[x]);
        }
    }

    private static float[] Row(NativePixels pixels) => new float[LabRow.Padded(pixels.Width)];
}
