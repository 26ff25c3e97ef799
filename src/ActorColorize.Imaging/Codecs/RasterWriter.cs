using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.Metadata.Profiles.Xmp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;
using Image = SixLabors.ImageSharp.Image;

namespace ActorColorize.Imaging.Codecs;

/// <summary>
/// Writes the formats that libvips does not: BMP and TGA with 24 or 32 bits a pixel, PPM of the original's depth, and GIF. A coloured PGM
/// is a PPM: it keeps its name, since programs go by the signature.
/// </summary>
/// <param name="original">The original.</param>
/// <param name="header">The original's header.</param>
internal sealed unsafe class RasterWriter(ArchiveFile original, PictureHeader header)
{
    private const int MostColors = 256;

    /// <summary>Whether it writes a format.</summary>
    public static bool Writes(PictureFormat format) =>
        format is PictureFormat.Bmp or PictureFormat.Tga or PictureFormat.Pnm or PictureFormat.Gif;

    /// <summary>Writes a finished picture.</summary>
    /// <param name="picture">Upright sRGB pixels, three channels or four.</param>
    /// <param name="target">An empty file.</param>
    /// <exception cref="PictureException">The picture is too large for the format's encoder.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(NetVips.Image picture, Stream target)
    {
        var memory = picture.WriteToMemory(out var bytes);
        try
        {
            if (header.Format == PictureFormat.Pnm)
                WritePpm(picture, (byte*)memory, target);
            else if (bytes > int.MaxValue)
                throw PictureSupport.Unsupported(original.Path, $"{header.Format} of more than 2 GiB of pixels");
            else if (picture.Bands == 4)
                Save<Rgba32>(picture, (void*)memory, target);
            else
                Save<Rgb24>(picture, (void*)memory, target);
        }
        finally
        {
            NetVips.NetVips.Free(memory);
        }
    }

    private void Save<TPixel>(NetVips.Image picture, void* memory, Stream target)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = header.IsAnimation
            ? Animation<TPixel>(picture, memory)
            : Image.WrapMemory<TPixel>(memory, picture.Width, picture.Height);
        var hasAlpha = picture.Bands == 4;
        image.Save(
            target,
            header.Format switch
            {
                PictureFormat.Bmp => Bmp(image.Metadata, hasAlpha),
                PictureFormat.Tga => Tga(hasAlpha),
                _ => Gif(image.Metadata),
            }
        );
    }

    /// <summary>The frames that are one above the other in a tall picture. Each is whole, so none needs what was before it.</summary>
    private Image<TPixel> Animation<TPixel>(NetVips.Image picture, void* memory)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var delays = GifStructure.Read(original.Content)!.Delays;
        var height = picture.Height / header.Pages;
        var pixels = picture.Width * height;
        var image = Image.LoadPixelData(new ReadOnlySpan<TPixel>(memory, pixels), picture.Width, height);
        for (var i = 1; i < header.Pages; i++)
            image.Frames.AddFrame(new ReadOnlySpan<TPixel>((TPixel*)memory + ((long)i * pixels), pixels));
        for (var i = 0; i < header.Pages; i++)
        {
            var frame = image.Frames[i].Metadata.GetGifMetadata();
            frame.FrameDelay = delays.ElementAtOrDefault(i);
            frame.DisposalMethod = picture.Bands == 4 ? GifDisposalMethod.RestoreToBackground : GifDisposalMethod.NotDispose;
        }

        return image;
    }

    private BmpEncoder Bmp(ImageMetadata metadata, bool hasAlpha)
    {
        if (BmpHeader.Read(original.Content) is { PixelsPerMetre: { X: > 0, Y: > 0 } resolution })
            (metadata.ResolutionUnits, metadata.HorizontalResolution, metadata.VerticalResolution) = (
                PixelResolutionUnit.PixelsPerMeter,
                resolution.X,
                resolution.Y
            );
        return new BmpEncoder
        {
            BitsPerPixel = hasAlpha ? BmpBitsPerPixel.Pixel32 : BmpBitsPerPixel.Pixel24,
            SupportTransparency = hasAlpha,
        };
    }

    private TgaEncoder Tga(bool hasAlpha) =>
        new()
        {
            BitsPerPixel = hasAlpha ? TgaBitsPerPixel.Pixel32 : TgaBitsPerPixel.Pixel24,
            Compression = TgaHeader.Read(original.Content) is { HasRunLengths: true } ? TgaCompression.RunLength : TgaCompression.None,
        };

    private GifEncoder Gif(ImageMetadata metadata)
    {
        original.Content.Position = 0;
        var source = new GifDecoder { DecodingMode = FrameDecodingMode.First }.Identify(Configuration.Default, original.Content, default);
        metadata.GetGifMetadata().RepeatCount = source.Metadata.GetGifMetadata().RepeatCount;
        foreach (var comment in source.Metadata.GetGifMetadata().Comments)
            metadata.GetGifMetadata().Comments.Add(comment);
        metadata.XmpProfile = new XmpProfile(XmpPacket.Mark(source.Metadata.XmpProfile?.ToByteArray()));
        return new GifEncoder
        {
            ColorTableMode = header.IsAnimation ? GifColorTableMode.Local : null,
            Quantizer = new WuQuantizer(new QuantizerOptions { MaxColors = MostColors }),
        };
    }

    private void WritePpm(NetVips.Image picture, byte* memory, Stream target)
    {
        var comments = PnmHeader.Read(original.Content)!.Comments.Select(static comment => $"#{comment}\n");
        var isWide = header.BitsPerSample == 16;
        target.Write(
            Encoding.UTF8.GetBytes(
                $"P6\n{string.Concat(comments)}{picture.Width} {picture.Height}\n{(isWide ? ushort.MaxValue : byte.MaxValue)}\n"
            )
        );
        var samples = picture.Width * picture.Bands;
        var row = new byte[samples * (isWide ? 2 : 1)];
        for (var y = 0; y < picture.Height; y++)
        {
            var pixels = new ReadOnlySpan<byte>(memory + ((long)y * row.Length), row.Length);
            if (isWide)
                BinaryPrimitives.ReverseEndianness(
                    MemoryMarshal.Cast<byte, ushort>(pixels),
                    MemoryMarshal.Cast<byte, ushort>(row.AsSpan())
                );
            else
                pixels.CopyTo(row);
            target.Write(row);
        }
    }
}
