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
        var choice = PrecisionProbe.MeasureBoth(CPU);
        var ratio = Assert.NotNull(choice.Ratio);
        Assert.InRange(ratio, 0.001, 1000);
        Assert.Equal(PrecisionProbe.Choose(ratio), choice);
        Assert.Equal(threads, get_num_threads());
        Assert.Equal(tensors, LiveTensors.Count());
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void A_processor_without_bf16_instructions_is_not_measured()
    {
        var choice = PrecisionProbe.Resolve("auto", CPU);
        Assert.Equal(CpuFacts.Current.ComputesBf16, choice.Ratio is not null);
        Assert.True(CpuFacts.Current.ComputesBf16 || choice.Precision == Precision.Fp32);
    }

    [Theory]
    [InlineData("AVX2", true)]
    [InlineData("avx512_core_vnni", true)]
    [InlineData("AVX512_CORE_BF16", false)]
    [InlineData("DEFAULT", false)]
    [InlineData(null, false)]
    public void Variables_of_oneDNN_can_exclude_bf16(string? limit, bool excluded)
    {
        Assert.Equal(excluded, CpuFacts.IsOneDnnRestricted(name => name == "ONEDNN_MAX_CPU_ISA" ? limit : null));
        Assert.Equal(excluded, CpuFacts.IsOneDnnRestricted(name => name == "DNNL_MAX_CPU_ISA" ? limit : null));
    }

    [Fact]
    public void A_requested_precision_is_used_without_measurement()
    {
        Assert.Equal(Precision.Fp32, PrecisionProbe.Resolve("fp32", CPU).Precision);
        var half = PrecisionProbe.Resolve("bf16", CPU);
        Assert.Equal(Precision.Bf16, half.Precision);
        Assert.Null(half.Ratio);
    }

    [Fact]
    public void Another_name_is_an_error() =>
        Assert.Contains("'fp16' is not a precision", Assert.Throws<DeviceException>(() => PrecisionProbe.Resolve("fp16", CPU)).Message);
}
