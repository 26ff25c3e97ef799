using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class PrecisionProbeTests
{
    [Theory]
    [InlineData(4.5, Precision.Bf16)]
    [InlineData(1.2, Precision.Bf16)]
    [InlineData(1.19, Precision.Fp32)]
    [InlineData(0.3, Precision.Fp32)]
    [InlineData(double.NaN, Precision.Fp32)]
    public void Only_a_clear_gain_chooses_bf16(double ratio, Precision precision)
    {
        var choice = PrecisionProbe.Choose(ratio);
        Assert.Equal(precision, choice.Precision);
        Assert.Equal(ratio, choice.Ratio);
    }

    [Fact]
    public void The_measurement_gives_a_ratio_and_restores_threads_gradients_and_tensors()
    {
        var (threads, tensors) = (get_num_threads(), LiveTensors.Count());
        var choice = PrecisionProbe.Resolve("auto", CPU);
        Assert.InRange(choice.Ratio, 0.001, 1000);
        Assert.Equal(PrecisionProbe.Choose(choice.Ratio), choice);
        Assert.Equal(threads, get_num_threads());
        Assert.Equal(tensors, LiveTensors.Count());
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_requested_precision_is_used_without_measurement()
    {
        Assert.Equal(Precision.Fp32, PrecisionProbe.Resolve("fp32", CPU).Precision);
        var half = PrecisionProbe.Resolve("bf16", CPU);
        Assert.Equal(Precision.Bf16, half.Precision);
        Assert.True(double.IsNaN(half.Ratio));
    }

    [Fact]
    public void Another_name_is_an_error() =>
        Assert.Contains("'fp16' is not a precision", Assert.Throws<DeviceException>(() => PrecisionProbe.Resolve("fp16", CPU)).Message);
}
