using ActorColorize.Model.Evaluation;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Evaluation;

[Collection(LibTorchSerially.Name)]
public class ColorDifferenceTests
{
    /// <summary>34 pairs: L a b of both colours, ΔE₀₀ to four digits.</summary>
    private static double[][] SharmaPairs() =>
        [
            .. EvaluationFixture
                .Read("ciede2000.json")
                .EnumerateArray()
                .Select(static pair => pair.EnumerateArray().Select(static value => value.GetDouble()).ToArray()),
        ];

    [Fact]
    public void Agrees_with_the_34_published_pairs_of_Sharma_Wu_and_Dalal()
    {
        using var scope = NewDisposeScope();
        var pairs = SharmaPairs();
        var differences = Measure(pairs, ScalarType.Float64);
        Assert.Equal(34, pairs.Length);
        for (var i = 0; i < pairs.Length; i++)
            Assert.Equal(pairs[i][6], differences[i], 5e-5);
    }

    [Fact]
    public void Is_symmetric_as_the_published_pairs_are()
    {
        using var scope = NewDisposeScope();
        var swapped = SharmaPairs()
            .Select(static pair => new[] { pair[3], pair[4], pair[5], pair[0], pair[1], pair[2], pair[6] })
            .ToArray();
        var differences = Measure(swapped, ScalarType.Float64);
        for (var i = 0; i < swapped.Length; i++)
            Assert.Equal(swapped[i][6], differences[i], 5e-5);
    }

    [Fact]
    public void Single_precision_agrees_but_for_pairs_of_exactly_opposite_hue()
    {
        using var scope = NewDisposeScope();
        // Pairs 9 to 15 straddle the jump of the mean hue at 180° by thousandths of a degree.
        var pairs = SharmaPairs().Where(static (_, index) => index is < 8 or > 14).ToArray();
        var differences = Measure(pairs, ScalarType.Float32);
        for (var i = 0; i < pairs.Length; i++)
            Assert.Equal(pairs[i][6], differences[i], 5e-4);
    }

    [Fact]
    public void Equal_colours_have_difference_zero()
    {
        using var scope = NewDisposeScope();
        var lab_B3HW = tensor(new float[] { 0, 50, 100, 0, -20, 90, 0, 30, -110 }).view(1, 3, 1, 3);
        Assert.Equal(0f, ColorDifference.Ciede2000(lab_B3HW, lab_B3HW).abs().max().item<float>());
    }

    [Fact]
    public void Pictures_of_different_size_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ColorDifference.Ciede2000(zeros(1, 3, 2, 2), zeros(1, 3, 2, 1)));
    }

    private static double[] Measure(double[][] pairs, ScalarType type)
    {
        Tensor Colours(int from) =>
            tensor(pairs.SelectMany(pair => pair[from..(from + 3)]).ToArray())
                .view(pairs.Length, 3)
                .t()
                .reshape(1, 3, 1, pairs.Length)
                .to(type);
        return ColorDifference.Ciede2000(Colours(0), Colours(3)).to(ScalarType.Float64).data<double>().ToArray();
    }
}
