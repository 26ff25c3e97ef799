using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;

namespace ActorColorize.Actors.Tests.DeviceProcess;

public sealed class DeviceBootstrapTests
{
    [Fact]
    public void A_bootstrap_message_is_one_line_that_is_read_back_as_it_was()
    {
        var certificate = IpcCertificate.Make();
        var bootstrap = new DeviceBootstrap
        {
            Incarnation = 3,
            ParentProcess = 17,
            Parent = "akka.ssl.tcp://actorcolorize-parent@127.0.0.1:4711",
            Certificate = Convert.ToBase64String(certificate),
            HeartbeatSeconds = 0.5,
            Device = new DeviceDescription(
                "cuda:1",
                "requested",
                Precision.Bf16,
                4,
                null,
                ColoursArchives: true,
                "/runs/a folder\nwith a line end/logs",
                "run"
            )
            {
                Engine = EngineChoice.Onnx,
            },
        };

        var line = bootstrap.ToLine();

        Assert.DoesNotContain('\n', line);
        Assert.Equal(bootstrap, DeviceBootstrap.Parse(line));
        Assert.Equal(EngineChoice.Onnx, DeviceBootstrap.Parse(line).Device.ToSettings().Engine);
        using var opened = bootstrap.OpenCertificate();
        Assert.True(opened.HasPrivateKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("hello")]
    public void An_invalid_bootstrap_message_is_refused_in_one_line(string line) =>
        Assert.DoesNotContain('\n', Assert.Throws<DeviceProcessException>(() => DeviceBootstrap.Parse(line)).Message);
}
