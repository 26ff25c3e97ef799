using System.Text;
using ActorColorize.Data.Storage;
using CsCheck;

namespace ActorColorize.Data.Tests.Storage;

public sealed class NameTextTests
{
    [Theory]
    [InlineData(new byte[] { 0x47, 0x72, 0xFC, 0xDF, 0x65 }, "Gr\uEFFC\uEFDFe")] // Latin-1
    [InlineData(new byte[] { 0xC3, 0xA9 }, "é")]
    [InlineData(new byte[] { 0xE2, 0x82 }, "\uEFE2\uEF82")] // the beginning of a character
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "\uEFED\uEFA0\uEF80")] // half a surrogate pair is not UTF-8
    [InlineData(new byte[] { 0xEE, 0xBF, 0xBC }, "\uEFEE\uEFBF\uEFBC")] // U+EFFC itself stands for another byte
    public void A_byte_that_is_not_UTF_8_has_a_character_of_its_own(byte[] name, string text) =>
        Assert.Equal(text, NameText.FromBytes(name));

    [Fact]
    public void Every_name_has_a_text_of_its_own_that_is_valid_and_leads_back_to_its_bytes() =>
        Gen.Byte[1, 255]
            .Array[0, 12]
            .Sample(name =>
            {
                var text = NameText.FromBytes(name);
                return text.Equals(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal)
                    && NameText.ToBytesWithZero(text).SequenceEqual(name.Append((byte)0));
            });

    [Fact]
    public void A_part_of_a_URI_has_the_bytes() => Assert.Equal("Gr%FC%20%C3%A9", NameText.ToUriSegment("Gr\uEFFC é"));
}
