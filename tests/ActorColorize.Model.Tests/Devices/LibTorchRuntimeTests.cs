using System.Runtime.InteropServices;
using ActorColorize.Model.Devices;

namespace ActorColorize.Model.Tests.Devices;

[Collection(LibTorchSerially.Name)]
public class LibTorchRuntimeTests
{
    private static readonly string[] Files = ["libLibTorchSharp.so", "libtorch.so", "libtorch_cpu.so", "libc10.so"];

    [Fact]
    public void Loads_and_reports_its_version()
    {
        LibTorchRuntime.EnsureLoaded();
        LibTorchRuntime.EnsureLoaded();
        Assert.Equal("2.10.0", LibTorchRuntime.Version);
    }

    [Fact]
    public void The_build_output_is_complete() =>
        Assert.Null(LibTorchRuntime.FindMissingFile(AppContext.BaseDirectory, RuntimeInformation.ProcessArchitecture));

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = Folder();
        foreach (var name in Files)
        {
            File.Move(folder.File(name), folder.File("aside"));
            var line = LibTorchRuntime.FindMissingFile(folder.Path, Architecture.X64);
            Assert.Contains($"{folder.File(name)} is missing", line);
            File.Move(folder.File("aside"), folder.File(name));
        }
    }

    [Fact]
    public void A_link_into_an_emptied_package_cache_is_named_with_its_target()
    {
        using var folder = Folder();
        File.Delete(folder.File("libtorch_cpu.so"));
        File.CreateSymbolicLink(folder.File("libtorch_cpu.so"), folder.File("gone", "libtorch_cpu.so"));
        var line = LibTorchRuntime.FindMissingFile(folder.Path, Architecture.X64);
        Assert.Contains($"is a link to {folder.File("gone", "libtorch_cpu.so")}, which no longer exists", line);
    }

    [Fact]
    public void A_build_for_another_processor_is_named_with_both()
    {
        using var folder = Folder();
        Assert.Null(LibTorchRuntime.FindMissingFile(folder.Path, Architecture.X64));
        Assert.Contains("is for X64 and this process is Arm64", LibTorchRuntime.FindMissingFile(folder.Path, Architecture.Arm64));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!DOCTYPE html><html>")]
    public void A_file_that_is_not_a_library_is_reported_as_damaged(string content)
    {
        using var folder = Folder();
        File.WriteAllText(folder.File(Files[0]), content);
        Assert.Contains("is damaged", LibTorchRuntime.FindMissingFile(folder.Path, Architecture.X64));
    }

    /// <summary>The four files, each with the first 20 bytes of an ELF header for x86-64.</summary>
    private static ScratchFolder Folder()
    {
        var folder = new ScratchFolder();
        byte[] header = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0];
        foreach (var name in Files)
            File.WriteAllBytes(folder.File(name), header);
        return folder;
    }
}
