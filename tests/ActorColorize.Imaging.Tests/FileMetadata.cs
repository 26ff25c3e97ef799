using System.Text;
using System.Xml.Linq;

namespace ActorColorize.Imaging.Tests;

/// <summary>The metadata blocks of a picture file, wherever its format keeps them.</summary>
internal static class FileMetadata
{
    /// <summary>The EXIF block, or the file itself where it is a TIFF.</summary>
    public static TiffTags Exif(byte[] file) =>
        new(
            Kind(file) switch
            {
                "jpg" => PictureFile
                    .Segments(file)
                    .Single(segment => segment.Marker == 0xE1 && segment.Payload.AsSpan().StartsWith("Exif\0\0"u8))
                    .Payload[6..],
                "png" => PictureFile.Chunks(file).Single(chunk => chunk.Type == "eXIf").Data,
                "webp" => PictureFile.RiffChunks(file).Single(chunk => chunk.Type == "EXIF").Data,
                _ => file,
            }
        );

    /// <summary>The XMP packet, which must be there once and be well-formed.</summary>
    public static XDocument Xmp(byte[] file)
    {
        var packet = Kind(file) switch
        {
            "jpg" => PictureFile
                .Segments(file)
                .Single(segment => segment.Marker == 0xE1 && segment.Payload.AsSpan().StartsWith("http://ns.adobe.com/xap/1.0/\0"u8))
                .Payload[29..],
            "png" => PictureFile
                .Chunks(file)
                .Single(chunk => chunk.Type == "iTXt" && chunk.Data.AsSpan().StartsWith("XML:com.adobe.xmp\0"u8))
                .Data[22..],
            "webp" => PictureFile.RiffChunks(file).Single(chunk => chunk.Type == "XMP ").Data,
            _ => new TiffTags(file).Values(TiffTags.Xmp),
        };
        return XDocument.Parse(Encoding.UTF8.GetString(packet).TrimStart('\uFEFF'));
    }

    private static string Kind(byte[] file) =>
        file switch
        {
            [0xFF, 0xD8, ..] => "jpg",
            [0x89, ..] => "png",
            [(byte)'R', ..] => "webp",
            _ => "tif",
        };
}
