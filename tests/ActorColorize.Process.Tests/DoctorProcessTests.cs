using System.Text.Json;

namespace ActorColorize.Process.Tests;

/// <summary><c>doctor</c> on this machine, and on one that lacks a native library.</summary>
public sealed class DoctorProcessTests
{
    [Fact]
    public async Task Reports_the_machine_and_finds_every_convolution_accurate_or_rerouted()
    {
        using var scratch = new ScratchFolder();

        var run = await ProgramRun.OfProgramAsync(scratch, "doctor", "--json");

        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var report = json.RootElement;
        Assert.Equal("cpu", report.GetProperty("host").GetProperty("devices")[0].GetString());
        Assert.StartsWith("2.", report.GetProperty("host").GetProperty("lib_torch").GetString());
        Assert.Equal(
            ["jpeg", "png", "webp", "tiff", "bmp", "tga", "pnm", "gif"],
            report
                .GetProperty("codecs")
                .GetProperty("codecs")
                .EnumerateArray()
                .Where(codec => codec.GetProperty("reads").GetBoolean() && codec.GetProperty("writes").GetBoolean())
                .Select(codec => codec.GetProperty("format").GetString())
        );
        Assert.All(report.GetProperty("disks").EnumerateArray(), disk => Assert.True(disk.GetProperty("free_bytes").GetInt64() > 0));
        if (report.GetProperty("device").GetProperty("name").GetString() == "cpu")
            Assert.All(report.GetProperty("convolutions").EnumerateArray(), convolution =>
                Assert.NotNull(convolution.GetProperty("route").GetString())
            );
    }

    [Fact]
    public async Task Without_the_native_library_it_says_which_file_is_missing_in_one_line()
    {
        using var scratch = new ScratchFolder();
        var program = Installation.CopyWithout("libLibTorchSharp.so", scratch);

        var run = await ProgramRun.OfAsync(program, scratch, "doctor");

        Assert.Equal(6, run.ExitCode);
        Assert.Empty(run.Error);
        var line = Assert.Single(run.Output.Split('\n'), line => line.StartsWith("LibTorch", StringComparison.Ordinal));
        Assert.Contains("cannot be loaded: libLibTorchSharp", line);
        Assert.Contains("NOT OK", run.Output);
    }
}
