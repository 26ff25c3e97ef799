using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorColorize.Imaging.Color;

/// <summary>
/// CIELAB arithmetic on a row of pixels, several pixels at a time. All spans of a call have the same length, a multiple of
/// <see cref="Block"/>; light is linear, 0…1.
/// </summary>
internal static class LabRow
{
    /// <summary>
    /// Code with vectors of the machine's width cannot be compiled ahead of time. Without this the first rows, which may be a whole
    /// picture, would run without optimization.
    /// </summary>
    private const MethodImplOptions Optimized = MethodImplOptions.AggressiveOptimization;

    /// <summary>Rows are padded to a multiple of this many pixels, whatever the vector width of the machine (at most 16 floats).</summary>
    public const int Block = 16;

    /// <summary>The length that a row of so many pixels is padded to.</summary>
    public static int Padded(int pixels) => (pixels + Block - 1) / Block * Block;

    /// <summary>Luminance of linear red, green and blue.</summary>
    [MethodImpl(Optimized)]
    public static void Luminance(ReadOnlySpan<float> r, ReadOnlySpan<float> g, ReadOnlySpan<float> b, Span<float> luminance)
    {
        var (wr, wg, wb) = LabMatrix.Y;
        for (var i = 0; i < luminance.Length; i += Vector<float>.Count)
            Store((wr * Load(r, i)) + (wg * Load(g, i)) + (wb * Load(b, i)), luminance, i);
    }

    /// <summary>The root f(Y) of CIELAB's lightness: L = 116 f − 16.</summary>
    [MethodImpl(Optimized)]
    public static void Root(ReadOnlySpan<float> luminance, Span<float> root)
    {
        for (var i = 0; i < luminance.Length; i += Vector<float>.Count)
            Store(Root(Load(luminance, i)), root, i);
    }

    /// <summary>The own a and b of pixels, added to new ones: a := a + share × own a, and the same for b.</summary>
    [MethodImpl(Optimized)]
    public static void AddOwnColor(
        ReadOnlySpan<float> r,
        ReadOnlySpan<float> g,
        ReadOnlySpan<float> b,
        ReadOnlySpan<float> root,
        float share,
        Span<float> labA,
        Span<float> labB
    )
    {
        var (xr, xg, xb) = LabMatrix.X;
        var (zr, zg, zb) = LabMatrix.Z;
        for (var i = 0; i < root.Length; i += Vector<float>.Count)
        {
            Vector<float> red = Load(r, i),
                green = Load(g, i),
                blue = Load(b, i),
                rootY = Load(root, i);
            var rootX = Root((xr * red) + (xg * green) + (xb * blue));
            var rootZ = Root((zr * red) + (zg * green) + (zb * blue));
            Store(Load(labA, i) + (share * 500f * (rootX - rootY)), labA, i);
            Store(Load(labB, i) + (share * 200f * (rootY - rootZ)), labB, i);
        }
    }

    /// <summary>
    /// Linear red, green and blue of the given luminance and chroma. A colour outside the sRGB gamut is moved straight towards the grey of
    /// the same luminance until all channels are within 0…1; on that line in linear light luminance is constant, so the picture's own
    /// luminance is kept exactly, and how far to go has a closed form: with channel c = Y + d, the greatest t ≤ 1 with 0 ≤ Y + t·d ≤ 1 for
    /// all channels.
    /// </summary>
    /// <param name="luminance">Y, 0…1.</param>
    /// <param name="root">f(Y).</param>
    /// <param name="labA">a of CIELAB.</param>
    /// <param name="labB">b of CIELAB.</param>
    /// <param name="r">Receives red.</param>
    /// <param name="g">Receives green.</param>
    /// <param name="b">Receives blue.</param>
    [MethodImpl(Optimized)]
    public static void Colored(
        ReadOnlySpan<float> luminance,
        ReadOnlySpan<float> root,
        ReadOnlySpan<float> labA,
        ReadOnlySpan<float> labB,
        Span<float> r,
        Span<float> g,
        Span<float> b
    )
    {
        var fromX = LabMatrix.FromX;
        var fromZ = LabMatrix.FromZ;
        for (var i = 0; i < luminance.Length; i += Vector<float>.Count)
        {
            var y = Load(luminance, i);
            var rootY = Load(root, i);
            var x = Cube(rootY + (Load(labA, i) * (1f / 500f))) - y;
            var z = Cube(rootY - (Load(labB, i) * (1f / 200f))) - y;
            var red = (fromX.R * x) + (fromZ.R * z);
            var green = (fromX.G * x) + (fromZ.G * z);
            var blue = (fromX.B * x) + (fromZ.B * z);
            var above = Vector<float>.One - y;
            // The factor by which each channel exceeds its range; the largest one decides.
            var excess = Vector.Max(Excess(red, y, above), Vector.Max(Excess(green, y, above), Excess(blue, y, above)));
            var kept = Vector<float>.One / Vector.Max(Vector<float>.One, excess);
            Store(y + (kept * red), r, i);
            Store(y + (kept * green), g, i);
            Store(y + (kept * blue), b, i);
        }
    }

    /// <summary>Linear light to indices of a table with so many steps, clipped.</summary>
    [MethodImpl(Optimized)]
    public static void Quantize(ReadOnlySpan<float> linear, float steps, Span<int> indices)
    {
        ref var target = ref MemoryMarshal.GetReference(indices);
        for (var i = 0; i < linear.Length; i += Vector<float>.Count)
        {
            var clipped = Vector.Max(Vector<float>.Zero, Vector.Min(Vector<float>.One, Load(linear, i)));
            Vector.ConvertToInt32((clipped * steps) + new Vector<float>(0.5f)).StoreUnsafe(ref target, (nuint)i);
        }
    }

    /// <summary>f(t) of CIELAB for t ≥ 0: the cube root, and a straight line in the blacks.</summary>
    private static Vector<float> Root(Vector<float> t) =>
        Vector.ConditionalSelect(
            Vector.GreaterThan(t, new Vector<float>(LabMatrix.LinearLimit)),
            CubeRoot(t),
            (t * LabMatrix.Slope) + new Vector<float>(LabMatrix.Offset)
        );

    /// <summary>The inverse of f; negative light, which is impossible, is clipped by the gamut mapping.</summary>
    private static Vector<float> Cube(Vector<float> root) =>
        Vector.ConditionalSelect(
            Vector.GreaterThan(root, new Vector<float>(LabMatrix.RootLimit)),
            root * root * root,
            (root - new Vector<float>(LabMatrix.Offset)) * (1f / LabMatrix.Slope)
        );

    /// <summary>
    /// Cube root of normal positive numbers to float precision: a third of the exponent by treating the bits as a number (error below 4 %),
    /// then Halley's iteration twice, which triples the digits each time.
    /// </summary>
    private static Vector<float> CubeRoot(Vector<float> x)
    {
        var third = Vector.ConvertToInt32(Vector.ConvertToSingle(Vector.AsVectorInt32(x)) * (1f / 3f));
        var y = Vector.AsVectorSingle(third + new Vector<int>(709921077));
        for (var i = 0; i < 2; i++)
        {
            var cube = y * y * y;
            y *= (cube + x + x) / (cube + cube + x);
        }

        return y;
    }

    private static Vector<float> Excess(Vector<float> difference, Vector<float> y, Vector<float> above)
    {
        // Black and white have no headroom: the small constant makes their excess huge instead of 0/0.
        var room = Vector.Max(
            new Vector<float>(1e-9f),
            Vector.ConditionalSelect(Vector.GreaterThan(difference, Vector<float>.Zero), above, y)
        );
        return Vector.Abs(difference) / room;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ReadOnlySpan<float> row, int at) => Vector.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> value, Span<float> row, int at) =>
        value.StoreUnsafe(ref MemoryMarshal.GetReference(row), (nuint)at);
}
