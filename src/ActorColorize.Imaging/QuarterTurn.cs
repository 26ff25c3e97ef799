using System.Runtime.InteropServices;

namespace ActorColorize.Imaging;

/// <summary>
/// How the pixels of a file are turned to be seen upright: the EXIF orientation 1…8 as a rule that finds, for a pixel of the upright
/// picture, the pixel of the file. The rule: swap x and y if <see cref="Transpose"/>, then count x from the file's right edge if
/// <see cref="MirrorX"/> and y from its lower edge if <see cref="MirrorY"/>.
/// </summary>
/// <remarks>Source: EXIF 2.32 (CIPA DC-008), tag 0x0112: the position of the file's row 0 and column 0 in the upright picture.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct QuarterTurn(bool Transpose, bool MirrorX, bool MirrorY)
{
    public static QuarterTurn None { get; }

    public bool IsNone => this == None;

    /// <summary>The turn of an EXIF orientation. Values outside 1…8 are treated as upright.</summary>
    public static QuarterTurn FromExif(int orientation) =>
        orientation switch
        {
            2 => new(Transpose: false, MirrorX: true, MirrorY: false),
            3 => new(Transpose: false, MirrorX: true, MirrorY: true),
            4 => new(Transpose: false, MirrorX: false, MirrorY: true),
            5 => new(Transpose: true, MirrorX: false, MirrorY: false),
            6 => new(Transpose: true, MirrorX: false, MirrorY: true),
            7 => new(Transpose: true, MirrorX: true, MirrorY: true),
            8 => new(Transpose: true, MirrorX: true, MirrorY: false),
            _ => None,
        };

    /// <summary>The same turn, with the upright picture mirrored left to right afterwards.</summary>
    public QuarterTurn ThenFlip() => Transpose ? this with { MirrorY = !MirrorY } : this with { MirrorX = !MirrorX };

    /// <summary>Where a square of the upright picture lies in the file. All lengths are fractions of a square that both share.</summary>
    public (double Left, double Top) ToFile(double left, double top, double extent)
    {
        var (x, y) = Transpose ? (top, left) : (left, top);
        return (MirrorX ? 1 - x - extent : x, MirrorY ? 1 - y - extent : y);
    }

    /// <summary>The pixel of the file (of that width and height) that shows at (x, y) of the upright picture.</summary>
    public (int X, int Y) ToFile(int x, int y, int fileWidth, int fileHeight)
    {
        if (Transpose)
            (x, y) = (y, x);
        return (MirrorX ? fileWidth - 1 - x : x, MirrorY ? fileHeight - 1 - y : y);
    }
}
