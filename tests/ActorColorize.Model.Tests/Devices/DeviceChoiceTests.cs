using ActorColorize.Model.Devices;
using TorchSharp;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class DeviceChoiceTests
{
    [Theory]
    [InlineData("auto", 0, "cpu")]
    [InlineData("auto", 2, "cuda:0")]
    [InlineData("cpu", 2, "cpu")]
    [InlineData("cuda:0", 1, "cuda:0")]
    [InlineData("cuda:1", 2, "cuda:1")]
    public void An_existing_device_is_chosen(string requested, int cudaDevices, string name) =>
        Assert.Equal(name, DeviceChoice.Resolve(requested, cudaDevices, cudaBackend: true).Name);

    [Theory]
    [InlineData("cuda:0", 0, "this machine has cpu;")]
    [InlineData("cuda:1", 1, "this machine has cpu, cuda:0")]
    [InlineData("cuda:4294967296", 1, "is not a device")]
    public void A_missing_device_is_an_error_that_lists_the_existing_ones(string requested, int cudaDevices, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<DeviceException>(() => DeviceChoice.Resolve(requested, cudaDevices, cudaBackend: true)).Message
        );

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:+1")]
    [InlineData("cuda: 0")]
    [InlineData("cuda:00")]
    [InlineData("CPU")]
    public void An_invalid_name_is_an_error_that_lists_the_valid_ones(string requested) =>
        Assert.Contains(
            $"'{requested}' is not a device: use auto, cpu or cuda:N",
            Assert.Throws<DeviceException>(() => DeviceChoice.Resolve(requested, 4, cudaBackend: true)).Message
        );

    [Fact]
    public void The_reason_tells_a_build_without_cuda_from_a_machine_without()
    {
        Assert.Contains("LibTorch for the CPU only", DeviceChoice.Resolve("auto", 0, cudaBackend: false).Reason);
        Assert.Contains("no usable CUDA device", DeviceChoice.Resolve("auto", 0, cudaBackend: true).Reason);
        Assert.Contains(
            "-p:TorchBackend=cuda",
            Assert.Throws<DeviceException>(() => DeviceChoice.Resolve("cuda:0", 0, cudaBackend: false)).Message
        );
        Assert.Contains("nvidia-smi", Assert.Throws<DeviceException>(() => DeviceChoice.Resolve("cuda:0", 0, cudaBackend: true)).Message);
    }

    [Fact]
    public void The_chosen_device_holds_tensors()
    {
        using var ones = torch.ones(3, device: DeviceChoice.Resolve("auto").ToDevice());
        Assert.Equal(3f, ones.sum().item<float>());
        Assert.Equal("cpu", DeviceChoice.Available[0]);
    }
}
