using System.Text;

namespace ActorColorize.Data.Tests;

public sealed class PictureExtensionTests
{
    [Theory]
    [InlineData("a.jpg", true)]
    [InlineData("a.JPEG", true)]
    [InlineData("a.Png", true)]
    [InlineData("a.webp", true)]
    [InlineData("a.TIF", true)]
    [InlineData("a.tiff", true)]
    [InlineData(".jpg", true)]
    [InlineData("photo [1].jpg", true)]
    [InlineData("été.jpg", true)]
    [InlineData("a.gif", true)]
    [InlineData("a.BMP", true)]
    [InlineData("a.pgm", true)]
    [InlineData("a.psd", false)]
    [InlineData("a.jpg.txt", false)]
    [InlineData("ajpg", false)]
    [InlineData("jpg", false)]
    [InlineData("._a.jpg", false)]
    [InlineData(".a.jpg.1a2b3c4d.partial", false)]
    public void A_picture_is_recognised_by_its_extension_in_any_case(string name, bool expected)
    {
        Assert.Equal(expected, PictureExtension.Matches(name));
        Assert.Equal(expected, PictureExtension.Matches(Encoding.UTF8.GetBytes(name)));
    }
}
