using System.Runtime.InteropServices;
using SkiaSharp;

namespace ActorColorize.Imaging.Training;

/// <summary>Arranges tiles in rows and columns under titles: the validation panel (grey / ours / truth).</summary>
public static class ContactSheet
{
    private const byte Background = 32;
    private const byte Ink = 224;

    /// <summary>Draws the sheet and encodes it as PNG.</summary>
    /// <param name="tileSide">Side of a tile in pixels.</param>
    /// <param name="rows_rgb_HWC">Rows of tiles from the top; each tile is tileSide × tileSide × 3 bytes RGB. Rows may have different
    /// lengths.</param>
    /// <param name="columnTitles">Titles above the columns, in order; may be fewer than the columns. Drawn in capitals with a built-in font
    /// (A–Z, 0–9 and common signs), cut off at the tile's width.</param>
    /// <param name="gap">Pixels between tiles and around them.</param>
    /// <returns>The PNG file's bytes.</returns>
    /// <exception cref="ArgumentException">No tiles, or a tile of another size.</exception>
    public static byte[] EncodePng(
        int tileSide,
        IReadOnlyList<IReadOnlyList<byte[]>> rows_rgb_HWC,
        IReadOnlyList<string> columnTitles,
        int gap = 4
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tileSide);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        ArgumentNullException.ThrowIfNull(rows_rgb_HWC);
        ArgumentNullException.ThrowIfNull(columnTitles);
        var columns = rows_rgb_HWC.Count == 0 ? 0 : rows_rgb_HWC.Max(row => row.Count);
        if (columns == 0)
            throw new ArgumentException("A contact sheet needs at least one tile.", nameof(rows_rgb_HWC));
        if (rows_rgb_HWC.Any(row => row.Any(tile => tile.Length != tileSide * tileSide * 3)))
            throw new ArgumentException($"Every tile must have {tileSide} × {tileSide} × 3 bytes.", nameof(rows_rgb_HWC));

        var titleHeight = columnTitles.Count == 0 ? 0 : PanelFont.Height + Math.Max(gap, 2);
        var info = new SKImageInfo(
            gap + (columns * (tileSide + gap)),
            gap + titleHeight + (rows_rgb_HWC.Count * (tileSide + gap)),
            SKColorType.Rgba8888,
            SKAlphaType.Opaque
        );
        var rgba = GC.AllocateUninitializedArray<byte>(info.BytesSize, pinned: true);
        MemoryMarshal.Cast<byte, uint>(rgba.AsSpan()).Fill(Grey(Background));

        for (var column = 0; column < Math.Min(columns, columnTitles.Count); column++)
            DrawTitle(rgba, info, gap + (column * (tileSide + gap)), gap, tileSide, columnTitles[column]);
        for (var row = 0; row < rows_rgb_HWC.Count; row++)
        {
            for (var column = 0; column < rows_rgb_HWC[row].Count; column++)
                DrawTile(
                    rgba,
                    info,
                    gap + (column * (tileSide + gap)),
                    gap + titleHeight + (row * (tileSide + gap)),
                    tileSide,
                    rows_rgb_HWC[row][column]
                );
        }

        using var pixmap = new SKPixmap(info, Marshal.UnsafeAddrOfPinnedArrayElement(rgba, 0), info.RowBytes);
        using var png = pixmap.Encode(SKPngEncoderOptions.Default)
            ?? throw new InvalidOperationException("Skia could not encode the contact sheet.");
        return png.ToArray();
    }

    private static void DrawTile(byte[] rgba, SKImageInfo info, int left, int top, int side, byte[] rgb)
    {
        for (var y = 0; y < side; y++)
        {
            var target = rgba.AsSpan(((top + y) * info.RowBytes) + (left * 4), side * 4);
            for (var x = 0; x < side; x++)
                rgb.AsSpan(((y * side) + x) * 3, 3).CopyTo(target[(x * 4)..]);
        }
    }

    private static void DrawTitle(byte[] rgba, SKImageInfo info, int left, int top, int width, string title)
    {
        var pixels = MemoryMarshal.Cast<byte, uint>(rgba.AsSpan());
        for (var i = 0; i < title.Length && ((i + 1) * PanelFont.Advance) - 1 <= width; i++)
        {
            for (var y = 0; y < PanelFont.Height; y++)
            {
                for (var x = 0; x < PanelFont.Width; x++)
                {
                    if (PanelFont.IsSet(title[i], x, y))
                        pixels[((top + y) * info.Width) + left + (i * PanelFont.Advance) + x] = Grey(Ink);
                }
            }
        }
    }

    private static uint Grey(byte level) => 0xFF000000u | ((uint)level << 16) | ((uint)level << 8) | level;
}
