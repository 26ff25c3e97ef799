using ActorColorize.Model.Color;
using ActorColorize.Model.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Evaluation;

/// <summary>Angles between hues, and skin-coloured pixels.</summary>
[Collection(LibTorchSerially.Name)]
public sealed class HueErrorTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(90, 90)]
    [InlineData(-45, 45)]
    [InlineData(180, 180)]
    public void The_error_is_the_angle_between_the_hues(int turn, double expected)
    {
        using var scope = NewDisposeScope();
        using var truth = Truth([200, 120, 90], [128, 128, 128]); // the second pixel has no hue

        var tally = new HueTally();
        tally.Add(truth, Turned(truth.Ab_B2HW, turn) * 0.5); // chroma does not matter

        Assert.Equal(expected, tally.Result.All!.Value, 0.05); // acos near 0 and 180 degrees loses half of float32's digits
    }

    [Fact]
    public void An_answer_without_colour_is_90_degrees_off_and_a_picture_without_colour_has_no_error()
    {
        using var scope = NewDisposeScope();
        using var truth = Truth([200, 120, 90], [20, 180, 60]);
        using var grey = Truth([90, 90, 90]);
        var (tally, none) = (new HueTally(), new HueTally());

        tally.Add(truth, zeros_like(truth.Ab_B2HW));
        none.Add(grey, zeros_like(grey.Ab_B2HW));

        Assert.Equal(90, tally.Result.All!.Value, 1e-4);
        Assert.Equal(90, tally.Result.Skin!.Value, 1e-4);
        Assert.Equal(0.5, tally.Result.SkinShare, 1e-9);
        Assert.Equal(new HueErrors(null, null, 0), none.Result);
    }

    /// <summary>Cb and Cr by JFIF's equations: the bounds 77..127 and 133..173 include the first three colours only.</summary>
    [Theory]
    [InlineData(224, 172, 105, true)] // Cb 85.7, Cr 159.4
    [InlineData(141, 85, 36, true)] // Cb 94.0, Cr 160.0
    [InlineData(255, 219, 172, true)] // Cb 98.4, Cr 149.8
    [InlineData(255, 40, 20, false)] // Cr 237: a red
    [InlineData(60, 120, 220, false)] // a blue
    [InlineData(128, 128, 128, false)] // no colour
    public void Skin_is_what_the_published_rule_says(byte red, byte green, byte blue, bool expected)
    {
        using var scope = NewDisposeScope();
        using var truth = Truth([red, green, blue]);

        Assert.Equal(expected, HueTally.IsSkin(truth.Codes_B3HW).item<bool>());
    }

    private static TruePictures Truth(params byte[][] pixels) =>
        new(
            tensor(pixels.SelectMany(static pixel => pixel).ToArray(), [1, 1, pixels.Length, 3]),
            ones(ColorBins.Grid18.Count),
            ColorBins.Grid18
        );

    private static Tensor Turned(Tensor ab_B2HW, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        Tensor a = ab_B2HW.select(1, 0),
            b = ab_B2HW.select(1, 1);
        return stack([a * cosine - b * sine, a * sine + b * cosine], 1);
    }
}
