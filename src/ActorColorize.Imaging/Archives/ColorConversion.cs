using ActorColorize.Imaging.Color;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>Converts a picture's pixels to sRGB for processing, and back to its own profile for writing.</summary>
internal sealed class ColorConversion
{
    private const string ProfileField = "icc-profile-data";

    private readonly PictureHeader header;
    private readonly byte[]? profile;
    private readonly bool isConverted;
    private readonly bool isReplaced;
    private readonly Func<double, double>? curve;

    /// <summary>Decides by the picture's profile. An invalid profile, or one for another colour model, is ignored, as in viewers.</summary>
    public ColorConversion(PictureHeader header, Image image)
    {
        this.header = header;
        profile = header.HasIccProfile && image.Contains(ProfileField) ? (byte[])image.Get(ProfileField) : null;
        var model = profile is null ? IccModel.Other : IccProfile.Model(profile);
        if (model == IccModel.Rgb && !header.IsGrey && !header.IsCmyk)
            isConverted = !IccProfile.IsSrgb(profile);
        else if (header.IsCmyk || (model == IccModel.Grey && header.IsGrey))
            isReplaced = true;
        else
            profile = null;
        if (header.Primaries is { } primaries)
        {
            profile = primaries.Profile(header.Gamma);
            isReplaced = true;
            return;
        }

        // One curve is applied exactly here: the conversion through ICC loses up to 5 units of lightness in the shadows.
        if (header.Gamma is { } gamma)
            curve = x => Math.Pow(x, 1 / gamma);
        else if (isReplaced && header.IsGrey)
            curve = IccProfile.GreyCurve(profile!);
    }

    /// <summary>Whether the file's values are sRGB's already, so that nothing is converted.</summary>
    public bool IsNone => !isConverted && !isReplaced && curve is null;

    /// <summary>Whether pixels have 16 bits a sample while they are processed.</summary>
    public bool IsWide => isConverted || header.BitsPerSample == 16;

    /// <summary>Whether the file's profile stays with the values.</summary>
    public bool KeepsProfile => profile is not null;

    /// <summary>Whether the picture's profile can be applied and written, tried on one pixel.</summary>
    public static bool Works(PictureHeader header, Image image)
    {
        try
        {
            var conversion = new ColorConversion(header, image);
            if (conversion is { isConverted: false, isReplaced: false } or { curve: not null })
                return true;
            using var black = Image.Black(1, 1, bands: image.Bands);
            using var cast = black.Cast(image.Format);
            using var like = cast.Copy(interpretation: image.Interpretation);
            using var pixel = WithProfile(like, (byte[])image.Get(ProfileField));
            using var srgb = conversion.ToSrgb(pixel);
            using var back = conversion.ToFile(srgb);
            return double.IsFinite(back.Avg());
        }
        catch (VipsException)
        {
            return false;
        }
    }

    /// <summary>
    /// Bytes per sample that pictures are processed with at most: conversions need more than 8 bits, or levels would be lost twice.
    /// </summary>
    public static int WorkingBytes(PictureHeader header) =>
        header.BitsPerSample == 16 || (header.HasIccProfile && !header.IsGrey && !header.IsCmyk) ? 2 : 1;

    /// <summary>The picture as sRGB, 8 or 16 bit, with three channels and perhaps alpha. Grey is repeated three times.</summary>
    public Image ToSrgb(Image image)
    {
        if (isConverted)
            return image.IccTransform("srgb", embedded: true, intent: Enums.Intent.Relative, depth: 16);
        if (curve is not null)
            return WithCurve(image);
        if (isReplaced)
        {
            using var described = header.Primaries is null ? image.Copy() : WithProfile(image, profile!);
            return described.IccTransform(
                "srgb",
                embedded: true,
                inputProfile: header.IsCmyk ? "cmyk" : null,
                intent: Enums.Intent.Relative,
                depth: header.BitsPerSample
            );
        }

        return Repeated(image);
    }

    /// <summary>Three channels and perhaps alpha; the values stay.</summary>
    private Image Repeated(Image image)
    {
        if (!header.IsGrey)
            return image.Copy();
        using var grey = image[0];
        if (!header.HasAlpha)
            return grey.Bandjoin(grey, grey);
        using var alpha = image[1];
        return grey.Bandjoin(grey, grey, alpha);
    }

    private Image WithCurve(Image image)
    {
        var isWide = image.Format == Enums.BandFormat.Ushort;
        using var table = isWide
            ? Image.NewFromMemory(ToneCurve.Words(curve!), 65536, 1, 1, Enums.BandFormat.Ushort)
            : Image.NewFromMemory(ToneCurve.Bytes(curve!), 256, 1, 1, Enums.BandFormat.Uchar);
        using var repeated = Repeated(image);
        using var colors = repeated.ExtractBand(0, n: 3);
        using var mapped = colors.Maplut(table);
        if (!header.HasAlpha)
            return mapped.Copy();
        using var alpha = repeated[3];
        return mapped.Bandjoin(alpha);
    }

    /// <summary>Finished sRGB pixels in the profile that the file shall have, with that profile attached.</summary>
    public Image ToFile(Image srgb)
    {
        if (isReplaced)
            return WithProfile(srgb, Image.ProfileLoad("srgb"));
        if (!isConverted)
            return profile is null ? srgb.Copy() : WithProfile(srgb, profile);
        using var connection = srgb.IccImport(pcs: Enums.PCS.Lab, intent: Enums.Intent.Relative, inputProfile: "srgb");
        using var own = WithProfile(connection, profile!);
        return own.IccExport(pcs: Enums.PCS.Lab, intent: Enums.Intent.Relative, depth: header.BitsPerSample);
    }

    private static Image WithProfile(Image image, byte[] bytes) => image.Mutate(fields => fields.Set(GValue.BlobType, ProfileField, bytes));
}
