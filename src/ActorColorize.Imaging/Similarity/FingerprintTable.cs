using System.Numerics;
using ActorColorize.Imaging.Color;

namespace ActorColorize.Imaging.Similarity;

/// <summary>
/// Fingerprints of the pictures of a collection, for finding those that look alike: a difference hash of 64 bits and the lightness of 8 × 8
/// cells, 72 bytes a picture. Different pictures may be entered by different threads at the same time.
/// </summary>
/// <remarks>
/// Difference hash: N. Krawetz, "Kind of like that" (2013): the picture is averaged down to 9 × 8 cells, and each bit says whether a cell
/// is darker than the one to its right. It does not change when a picture is scaled, compressed again, or made lighter or darker as a
/// whole.
/// </remarks>
/// <param name="count">Pictures in the collection.</param>
public sealed class FingerprintTable(int count)
{
    /// <summary>Cells of the lightness kept, each way.</summary>
    internal const int CellsPerSide = 8;

    private const int Cells = CellsPerSide * CellsPerSide;

    private readonly ulong[] hashes = new ulong[count];
    private readonly byte[] cells = new byte[(long)count * Cells];
    private readonly bool[] entered = new bool[count];

    /// <summary>Pictures in the collection, entered or not.</summary>
    public int Count => hashes.Length;

    /// <summary>Enters a picture.</summary>
    /// <param name="picture">Its number, from 0.</param>
    /// <param name="rgb_HWC">A square of it, RGB24.</param>
    /// <param name="side">Side of the square in pixels, 9 at least.</param>
    /// <exception cref="ArgumentException">The span has another length.</exception>
    public void Enter(int picture, ReadOnlySpan<byte> rgb_HWC, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, CellsPerSide + 1);
        if (rgb_HWC.Length != side * side * 3)
            throw new ArgumentException($"A square of side {side} has {side * side * 3} bytes, not {rgb_HWC.Length}.", nameof(rgb_HWC));
        Span<float> wide = stackalloc float[(CellsPerSide + 1) * CellsPerSide];
        CellMeans(rgb_HWC, side, CellsPerSide + 1, wide);
        hashes[picture] = DifferenceHash(wide);

        Span<float> square = stackalloc float[Cells];
        CellMeans(rgb_HWC, side, CellsPerSide, square);
        var kept = cells.AsSpan(picture * Cells, Cells);
        for (var cell = 0; cell < Cells; cell++)
            kept[cell] = (byte)(square[cell] + 0.5f);
        entered[picture] = true;
    }

    /// <summary>Whether the picture was entered.</summary>
    internal bool Has(int picture) => entered[picture];

    /// <summary>The picture's difference hash.</summary>
    internal ulong HashOf(int picture) => hashes[picture];

    /// <summary>The lightness of its cells in 8-bit levels, row by row.</summary>
    internal ReadOnlySpan<byte> CellsOf(int picture) => cells.AsSpan(picture * Cells, Cells);

    /// <summary>Bits in which two pictures' hashes differ.</summary>
    internal int Distance(int first, int second) => BitOperations.PopCount(hashes[first] ^ hashes[second]);

    private static ulong DifferenceHash(ReadOnlySpan<float> wide)
    {
        var hash = 0UL;
        for (var row = 0; row < CellsPerSide; row++)
        {
            for (var column = 0; column < CellsPerSide; column++)
            {
                var at = (row * (CellsPerSide + 1)) + column;
                hash = (hash << 1) | (wide[at] < wide[at + 1] ? 1UL : 0UL);
            }
        }

        return hash;
    }

    /// <summary>Mean luma of the cells of a grid with so many columns and eight rows, in 8-bit levels.</summary>
    private static void CellMeans(ReadOnlySpan<byte> rgb_HWC, int side, int columns, Span<float> means)
    {
        var (wr, wg, wb) = LabMatrix.Y;
        for (var row = 0; row < CellsPerSide; row++)
        {
            int top = row * side / CellsPerSide,
                bottom = (row + 1) * side / CellsPerSide;
            for (var column = 0; column < columns; column++)
            {
                int left = column * side / columns,
                    right = (column + 1) * side / columns;
                long red = 0,
                    green = 0,
                    blue = 0;
                for (var y = top; y < bottom; y++)
                {
                    var pixels = rgb_HWC.Slice(((y * side) + left) * 3, (right - left) * 3);
                    for (var i = 0; i < pixels.Length; i += 3)
                    {
                        red += pixels[i];
                        green += pixels[i + 1];
                        blue += pixels[i + 2];
                    }
                }

                means[(row * columns) + column] = ((wr * red) + (wg * green) + (wb * blue)) / ((bottom - top) * (right - left));
            }
        }
    }
}
