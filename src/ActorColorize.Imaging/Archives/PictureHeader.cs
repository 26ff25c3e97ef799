using ActorColorize.Imaging.Color;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>Facts from a picture's header, before any pixel is decoded.</summary>
/// <param name="Width">Width in pixels of the upright picture (orientation applied).</param>
/// <param name="Height">Height in pixels of the upright picture.</param>
/// <param name="Format">The file format, by content.</param>
/// <param name="BitsPerSample">8 or 16: the decoded depth. Fewer bits and palettes count as 8.</param>
/// <param name="Bands">Channels, alpha included: 1 and 2 are grey, 3 and 4 RGB or CMYK.</param>
/// <param name="HasAlpha">Whether the last channel is alpha.</param>
/// <param name="Interpretation">What libvips calls the colour model: "b-w", "srgb", "cmyk", "grey16", "rgb16".</param>
/// <param name="Orientation">EXIF orientation of the file's pixels, 1…8.</param>
/// <param name="HasIccProfile">Whether a colour profile is embedded.</param>
/// <param name="FileBytes">Length of the file.</param>
public sealed record PictureHeader(
    int Width,
    int Height,
    PictureFormat Format,
    int BitsPerSample,
    int Bands,
    bool HasAlpha,
    string Interpretation,
    int Orientation,
    bool HasIccProfile,
    long FileBytes
)
{
    /// <summary>What reads the picture's pixels: libvips or ImageSharp.</summary>
    public PictureCodec Codec { get; init; } = PictureCodec.Vips;

    /// <summary>Which of the file's pages it is about, from 0. Smaller versions and masks do not count.</summary>
    public int Page { get; init; }

    /// <summary>How many pages the file has, of which each is coloured; the frames of an animation if all are taken.</summary>
    public int Pages { get; init; } = 1;

    /// <summary>Which directory of a TIFF, or frame of an animation, the page is, from 0.</summary>
    public int Directory { get; init; }

    /// <summary>Whether the file is progressive or interlaced, so that decoding holds the whole picture in memory.</summary>
    public bool IsProgressive { get; init; }

    /// <summary>Whether it holds black and white only, one bit each, which leaves no room for colour.</summary>
    public bool IsBilevel { get; init; }

    /// <summary>The exponent of the stored values of a PNG that states one other than sRGB's (gAMA, cICP); else null.</summary>
    public double? Gamma { get; init; }

    /// <summary>The primaries of a PNG in colour that states others than sRGB's (cHRM or cICP without a profile); else null.</summary>
    public RgbPrimaries? Primaries { get; init; }

    /// <summary>Whether the file is damaged, and what can be read of it is taken.</summary>
    public bool IsSalvaged { get; init; }

    /// <summary>Oddities of the file, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether the whole file was read strictly: then it is sound, whatever a decoder says about harmless oddities.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Which complaints of libvips are errors.</summary>
    internal Enums.FailOn FailOn => IsSalvaged || IsVerified ? Enums.FailOn.None : Enums.FailOn.Truncated;

    /// <summary>The header of a damaged file of which what can be read is taken.</summary>
    /// <param name="path">The file.</param>
    /// <param name="damage">What is wrong with it.</param>
    public PictureHeader AsSalvaged(string path, PictureException damage)
    {
        ArgumentNullException.ThrowIfNull(damage);
        return this with { IsSalvaged = true, Notes = [.. Notes, PictureFault.WithoutPath(path, damage.Message)] };
    }

    /// <summary>Width × height.</summary>
    public long Pixels => (long)Width * Height;

    /// <summary>Whether the pages are the frames of an animation.</summary>
    internal bool IsAnimation => Pages > 1 && PictureSupport.CanBeAnimated(Format);

    /// <summary>Whether the colour model is cyan, magenta, yellow, black.</summary>
    internal bool IsCmyk => Interpretation == "cmyk";

    /// <summary>Whether the picture has no colour channels.</summary>
    internal bool IsGrey => Bands - (HasAlpha ? 1 : 0) == 1;
}
