using System.Text.Json;
using ActorColorize.Model.Networks;

namespace ActorColorize.Model.Tests.Networks;

public sealed class NetworkShapeTests
{
    [Fact]
    public void Full_width_has_the_published_channels_and_half_and_quarter_are_scaled()
    {
        Assert.Equal([64, 128, 256, 512, 512, 512, 512, 256], NetworkShape.ForWidth(1, 313).Channels);
        Assert.Equal([16, 32, 64, 128, 128, 128, 128, 64], NetworkShape.ForWidth(0.25, 324).Channels);
        Assert.Equal([16, 16, 32, 64, 64, 64, 64, 32], NetworkShape.ForWidth(0.125, 324).Channels);
        Assert.Equal([2, 2, 3, 3, 3, 3, 3, 3], NetworkShape.ForWidth(0.5, 324).Convolutions);
    }

    /// <summary>
    /// Published size: 32,236,011 trained parameters and buffers of ECCV16, whose 'num_batches_tracked' counters are not counted
    /// (model_out's weight included).
    /// </summary>
    [Fact]
    public void Full_width_with_313_bins_has_the_published_number_of_parameters()
    {
        var slots = ColorizationNetwork.StateSlots(NetworkShape.ForWidth(1, 313));
        var parameters = slots.Where(static slot =>
            !slot.Name.Contains("running", StringComparison.Ordinal) && !slot.Name.Contains("num_batches", StringComparison.Ordinal)
        );
        Assert.Equal(32_236_011, parameters.Sum(static slot => slot.Shape.Aggregate(1L, static (a, b) => a * b)));
        Assert.Equal(82, slots.Count);
    }

    [Theory]
    [InlineData("model1.0.weight", new long[] { 64, 1, 3, 3 })]
    [InlineData("model2.2.weight", new long[] { 128, 128, 3, 3 })]
    [InlineData("model3.6.running_var", new long[] { 256 })]
    [InlineData("model7.4.bias", new long[] { 512 })]
    [InlineData("model8.0.weight", new long[] { 512, 256, 4, 4 })]
    [InlineData("model8.6.weight", new long[] { 324, 256, 1, 1 })]
    [InlineData("model_out.weight", new long[] { 2, 324, 1, 1 })]
    [InlineData("model4.6.num_batches_tracked", new long[0])]
    public void Keys_and_shapes_are_the_published_ones(string key, long[] shape) =>
        Assert.Equal(shape, ColorizationNetwork.StateSlots(NetworkShape.ForWidth(1, 324)).Single(slot => slot.Name == key).Shape);

    [Fact]
    public void Equal_sizes_are_equal_shapes_and_survive_JSON()
    {
        var shape = NetworkShape.ForWidth(0.25, 324);
        var again = JsonSerializer.Deserialize<NetworkShape>(JsonSerializer.Serialize(shape));
        Assert.Equal(shape, again);
        Assert.Equal(shape.GetHashCode(), again!.GetHashCode());
        Assert.NotEqual(shape, NetworkShape.ForWidth(0.5, 324));
        var residual = NetworkShape.ForWidth(0.25, 324, residual: true);
        Assert.Equal(residual, JsonSerializer.Deserialize<NetworkShape>(JsonSerializer.Serialize(residual)));
        Assert.NotEqual(shape, residual);
        Assert.DoesNotContain("esidual", JsonSerializer.Serialize(shape), StringComparison.Ordinal); // as before there were any
    }

    [Fact]
    public void A_residual_network_is_initialized_only_by_one_that_adds_at_the_same_convolutions()
    {
        int[] convolutions = [2, 2, 3, 3, 3, 3, 3, 3];
        var narrow = new NetworkShape(324, [16, 16, 32, 32, 32, 32, 32, 16], convolutions, residual: true);

        Assert.True(Of(32, 32, 48, 48, 48, 48, 48, 32).IsAtLeastAsWideAs(narrow));
        Assert.False(Of(16, 32, 32, 32, 32, 32, 32, 16).IsAtLeastAsWideAs(narrow));
        Assert.False(new NetworkShape(324, narrow.Channels, convolutions).IsAtLeastAsWideAs(narrow));
        Assert.False(narrow.IsAtLeastAsWideAs(new NetworkShape(324, narrow.Channels, convolutions)));
        Assert.False(narrow.CanContinueFrom(new NetworkShape(324, narrow.Channels, convolutions)));
        Assert.True(new NetworkShape(324, narrow.Channels, convolutions, context: 8, residual: true).CanContinueFrom(narrow));

        NetworkShape Of(params int[] channels) => new(324, channels, convolutions, residual: true);
    }

    [Fact]
    public void An_invalid_shape_is_refused_with_the_invalid_number()
    {
        int[] channels = [16, 16, 16, 20, 16, 16, 16, 16],
            fine = [1, 1, 1, 1, 1, 1, 1, 1];
        Assert.Contains(
            "channels[3] is 20",
            Assert.Throws<ArgumentException>(() => new NetworkShape(324, channels, fine)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "bins is 1",
            Assert.Throws<ArgumentException>(() => new NetworkShape(1, fine, fine)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => NetworkShape.ForWidth(0, 324));
        Assert.Throws<ArgumentException>(() => NetworkShape.ForWidth(double.NaN, 324));
    }
}
