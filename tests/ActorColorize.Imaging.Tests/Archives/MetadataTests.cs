using System.Text;
using System.Xml.Linq;
using ActorColorize.Imaging.Archives;

namespace ActorColorize.Imaging.Tests.Archives;

/// <summary>What exiftool put into pictures is still there when they are coloured.</summary>
public sealed class MetadataTests : IDisposable
{
    private static readonly XNamespace Dc = "http://purl.org/dc/elements/1.1/";
    private static readonly XNamespace IptcExtension = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("tagged.jpg")]
    [InlineData("tagged.png")]
    [InlineData("tagged.webp")]
    [InlineData("tagged.tif")]
    public void EXIF_and_XMP_are_kept_and_machine_made_colour_is_marked(string name)
    {
        var file = Coloured(name);

        var exif = FileMetadata.Exif(file);
        Assert.Equal("Voigtlander", exif.Text(TiffTags.Make));
        Assert.Equal("Jürgen Åkesson", exif.Text(TiffTags.Artist));
        Assert.Equal("The old mill", exif.Text(TiffTags.Description));
        Assert.Equal("1931:05:04 15:20:01", exif.Text(TiffTags.DateTimeOriginal));
        Assert.Equal(2.8, exif.Fraction(TiffTags.FNumber), 1e-9);
        Assert.Equal(59, exif.Fraction(TiffTags.GpsLatitude), 1e-9);
        var xmp = FileMetadata.Xmp(file);
        Assert.Contains("Mølla ved elva", xmp.Descendants(Dc + "title").Single().Value, StringComparison.Ordinal);
        Assert.Equal(
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
            xmp.Descendants(IptcExtension + "DigitalSourceType").Single().Value
        );
    }

    [Fact]
    public void The_IPTC_block_of_a_JPEG_is_kept_byte_by_byte()
    {
        const byte photoshop = 0xED;
        var before = PictureFile.Segments(Fixture.Bytes("tagged.jpg")).Single(segment => segment.Marker == photoshop);

        var after = PictureFile.Segments(Coloured("tagged.jpg")).Single(segment => segment.Marker == photoshop);

        Assert.Contains("The old mill, seen from the river", Encoding.Latin1.GetString(after.Payload), StringComparison.Ordinal);
        Assert.Equal(before.Payload, after.Payload);
    }

    [Theory]
    [InlineData("tagged.tif", "Jurgen Akesson")]
    [InlineData("tagged-big-endian.tif", "The mill, upstream")]
    public void The_IPTC_block_of_a_TIFF_is_kept_byte_by_byte(string name, string says)
    {
        var before = new TiffTags(Fixture.Bytes(name)).Values(TiffTags.Iptc);

        var after = new TiffTags(Coloured(name)).Values(TiffTags.Iptc);

        Assert.Contains(says, Encoding.Latin1.GetString(after), StringComparison.Ordinal);
        Assert.Equal(before, after);
    }

    [Fact]
    public void A_TIFF_of_the_other_byte_order_keeps_its_tags()
    {
        var tags = new TiffTags(Coloured("tagged-big-endian.tif"));

        Assert.Equal("Hasselblad", tags.Text(TiffTags.Make));
        Assert.Equal("1957:08:09 10:11:12", tags.Text(TiffTags.DateTimeOriginal));
        Assert.Equal(5.6, tags.Fraction(TiffTags.FNumber), 1e-9);
        Assert.Equal(600, tags.Fraction(0x011A), 1e-9);
    }

    [Fact]
    public void Texts_and_resolution_of_a_PNG_are_kept()
    {
        var before = PictureFile.Chunks(Fixture.Bytes("tagged.png"));

        var after = PictureFile.Chunks(Coloured("tagged.png"));

        Assert.Equal(before.Single(chunk => chunk.Type == "tEXt").Data, after.Single(chunk => chunk.Type == "tEXt").Data);
        Assert.Equal(before.Single(chunk => chunk.Type == "pHYs").Data, after.Single(chunk => chunk.Type == "pHYs").Data);
    }

    public void Dispose() => _folder.Dispose();

    private byte[] Coloured(string name) => File.ReadAllBytes(Recomposition.Of(_folder, Fixture.At(name), new RecomposeOptions()).Made);
}
