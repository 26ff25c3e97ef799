using System.Text.Json;
using ActorColorize.Model.Color;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Color;

[Collection(LibTorchSerially.Name)]
public sealed class LabColorTests
{
    /// <summary>Expected numbers: skimage.color.rgb2lab, by scripts/make_fixtures.py.</summary>
    [Fact]
    public void FromSrgb_agrees_with_scikit_image_within_a_thousandth()
    {
        using var fixture = JsonDocument.Parse(File.ReadAllBytes("Fixtures/lab.json"));
        var rgb = fixture.RootElement.GetProperty("rgb").EnumerateArray().Select(static v => v.GetByte()).ToArray();
        var expected = fixture.RootElement.GetProperty("lab").EnumerateArray().Select(static v => v.GetDouble()).ToArray();
        using var scope = NewDisposeScope();

        var pictures_BHWC = tensor(rgb).view(1, 1, -1, 3);
        var lab = LabColor.FromSrgb(pictures_BHWC).permute(0, 2, 3, 1).contiguous().data<float>().ToArray();
        var lightness = LabColor.Lightness(pictures_BHWC).data<float>().ToArray();

        Assert.Equal(512 * 3, expected.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], lab[i], 1e-3);
        for (var i = 0; i < lightness.Length; i++)
            Assert.Equal(lab[3 * i], lightness[i]);
    }

    [Fact]
    public void Every_code_of_a_colour_cube_comes_back_from_Lab()
    {
        var codes = Enumerable.Range(0, 16).Select(static i => (byte)(i * 17)).ToArray();
        var rgb = codes.SelectMany(r => codes.SelectMany(g => codes.SelectMany(b => new[] { r, g, b }))).ToArray();
        using var scope = NewDisposeScope();

        var back_B3HW = LabColor.ToSrgb(LabColor.FromSrgb(tensor(rgb).view(1, 64, 64, 3)));
        var back = (back_B3HW * 255).permute(0, 2, 3, 1).contiguous().data<float>().ToArray();

        for (var i = 0; i < rgb.Length; i++)
            Assert.Equal(rgb[i], back[i], 0.05);
    }

    [Fact]
    public void Colours_outside_the_gamut_are_not_clamped()
    {
        using var scope = NewDisposeScope();
        var rgb = LabColor.ToSrgb(tensor([50f, 110f, 0f]).view(1, 3, 1, 1)).data<float>().ToArray();
        Assert.True(rgb[0] > 0.8f);
        Assert.True(rgb[1] < 0);
    }

    [Fact]
    public void A_wrong_shape_or_type_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => LabColor.FromSrgb(zeros(1, 3, 4, 4)));
        Assert.Throws<ArgumentException>(() => LabColor.FromSrgb(zeros([1, 3, 4, 4], dtype: ScalarType.Byte)));
        Assert.Throws<ArgumentException>(() => LabColor.ToSrgb(zeros(1, 2, 4, 4)));
    }
}
