using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Colours the rows of a picture in place: luminance is kept, a and b are replaced. One instance per picture; it holds the row's
/// intermediate buffers.
/// </summary>
/// <param name="width">Width of the picture in pixels.</param>
/// <param name="chroma">The new colours.</param>
/// <param name="isGrey">Whether all three channels of the picture are the same.</param>
/// <param name="ownShare">How much of the picture's own colours is added, 0…1.</param>
internal sealed class RowPainter(int width, GuidedChroma chroma, bool isGrey, float ownShare)
{
    private readonly float[] red = Row(width);
    private readonly float[] green = Row(width);
    private readonly float[] blue = Row(width);
    private readonly float[] luminance = Row(width);
    private readonly float[] root = Row(width);
    private readonly float[] labA = Row(width);
    private readonly float[] labB = Row(width);
    private readonly int[] redSteps = new int[LabRow.Padded(width)];
    private readonly int[] greenSteps = new int[LabRow.Padded(width)];
    private readonly int[] blueSteps = new int[LabRow.Padded(width)];

    /// <summary>Colours rows.</summary>
    /// <param name="pixels">sRGB pixels of the picture's width, three or four channels.</param>
    /// <param name="top">The row of the picture that they begin with.</param>
    public void Paint(NativePixels pixels, int top = 0)
    {
        for (var y = 0; y < pixels.Height; y++)
        {
            if (pixels.IsWide)
                Load(pixels.Row<ushort>(y), pixels.Bands, SrgbCurve.LinearOfWord);
            else
                Load(pixels.Row<byte>(y), pixels.Bands, SrgbCurve.LinearOfByte);
            Recolor(top + y);
            if (pixels.IsWide)
                Store(pixels.Row<ushort>(y), pixels.Bands);
            else
                Store(pixels.Row<byte>(y), pixels.Bands);
        }
    }

    /// <summary>Colours rows, of which only chroma is wanted; the pixels stay.</summary>
    /// <param name="pixels">sRGB pixels of 8 bits and of the picture's width: one channel if the picture is grey, else three.</param>
    /// <param name="top">The row of the picture that they begin with.</param>
    /// <param name="planes">Receive the chroma.</param>
    /// <param name="measure">Measures the colours.</param>
    public void PaintChroma(NativePixels pixels, int top, ChromaPlanes planes, ChromaMeasure measure)
    {
        for (var y = 0; y < pixels.Height; y++)
        {
            Load(pixels.Row<byte>(y), pixels.Bands, SrgbCurve.LinearOfByte);
            Recolor(top + y);
            measure.Add(top + y, red, green, blue);
            Quantize();
            planes.Set(top + y, redSteps, greenSteps, blueSteps);
        }
    }

    private void Recolor(int y)
    {
        if (!isGrey)
            LabRow.Luminance(red, green, blue, luminance);
        LabRow.Root(luminance, root);
        chroma.Row(y, root.AsSpan(0, width), labA, labB);
        if (ownShare > 0 && !isGrey)
            LabRow.AddOwnColor(red, green, blue, root, ownShare, labA, labB);
        LabRow.Colored(luminance, root, labA, labB, red, green, blue);
    }

    private void Load(ReadOnlySpan<byte> row, int bands, float[] linear)
    {
        if (isGrey)
        {
            for (int x = 0, i = 0; i < row.Length; x++, i += bands)
                luminance[x] = linear[row[i]];
            return;
        }

        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += bands)
        {
            red[x] = linear[row[i]];
            green[x] = linear[row[i + 1]];
            blue[x] = linear[row[i + 2]];
        }
    }

    private void Load(ReadOnlySpan<ushort> row, int bands, float[] linear)
    {
        if (isGrey)
        {
            for (int x = 0, i = 0; i < row.Length; x++, i += bands)
                luminance[x] = linear[row[i]];
            return;
        }

        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += bands)
        {
            red[x] = linear[row[i]];
            green[x] = linear[row[i + 1]];
            blue[x] = linear[row[i + 2]];
        }
    }

    private void Quantize()
    {
        LabRow.Quantize(red, SrgbCurve.EncodedSteps, redSteps);
        LabRow.Quantize(green, SrgbCurve.EncodedSteps, greenSteps);
        LabRow.Quantize(blue, SrgbCurve.EncodedSteps, blueSteps);
    }

    private void Store(Span<byte> row, int bands)
    {
        Quantize();
        var encoded = SrgbCurve.EncodedBytes;
        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += bands)
        {
            row[i] = encoded[redSteps[x]];
            row[i + 1] = encoded[greenSteps[x]];
            row[i + 2] = encoded[blueSteps[x]];
        }
    }

    private void Store(Span<ushort> row, int bands)
    {
        for (int x = 0, i = 0; i + 2 < row.Length; x++, i += bands)
        {
            row[i] = SrgbCurve.ToWord(red[x]);
            row[i + 1] = SrgbCurve.ToWord(green[x]);
            row[i + 2] = SrgbCurve.ToWord(blue[x]);
        }
    }

    private static float[] Row(int width) => new float[LabRow.Padded(width)];
}
