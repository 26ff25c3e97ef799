using System.Runtime.InteropServices;
using ActorColorize.Model.Devices;

namespace ActorColorize.Model.Tests.Devices;

public class LoaderMessageTests
{
    private const string Preamble =
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. In order to help diagnose loading problems, consider "
        + "using a tool like strace. "
        + "If you're using glibc, consider setting the LD_DEBUG environment variable: \n";

    [Fact]
    public void An_older_libstdcxx_is_named_with_both_versions()
    {
        var line = Explain(
            "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
                + "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n"
                + "/app/libLibTorchSharp: cannot open shared object file: No such file or directory\n"
        );
        Assert.Contains("libLibTorchSharp.so needs GLIBCXX_3.4.32", line);
        Assert.Contains("/lib/x86_64-linux-gnu/libstdc++.so.6 goes up to GLIBCXX_3.4.30", line);
        Assert.Contains("dotnet build", line);
    }

    [Fact]
    public void An_older_glibc_is_named_with_both_versions()
    {
        var line = Explain("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /app/libtorch_cpu.so)\n");
        Assert.Contains("libtorch_cpu.so needs glibc 2.38 and this host has 2.36", line);
    }

    [Fact]
    public void A_missing_library_of_the_system_must_be_installed()
    {
        var line = Explain(
            "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\nlibgcc_s.so.1: cannot open shared object "
                + "file: No such file or directory\n"
        );
        Assert.Contains("libgcc_s.so.1 is missing; install", line);
    }

    [Fact]
    public void A_missing_library_of_LibTorch_is_fixed_by_a_build()
    {
        var line = Explain("libgomp-98b21ff3.so.1: cannot open shared object file: No such file or directory\n");
        Assert.Contains("libgomp-98b21ff3.so.1 is missing; build again", line);
    }

    [Fact]
    public void If_no_name_of_the_first_library_is_found_it_is_the_missing_one()
    {
        var line = Explain(
            "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
                + "/app/libLibTorchSharp.so: cannot open shared object file: No such file or directory\n"
        );
        Assert.Contains("libLibTorchSharp is missing from", line);
    }

    [Fact]
    public void A_memory_limit_is_not_a_missing_file()
    {
        var line = Explain(
            "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
                + "/app/libtorch_cpu.so: failed to map segment from shared object\n"
                + "/app/libLibTorchSharp: cannot open shared object file: No such file or directory\n"
        );
        Assert.Contains("no memory left for libtorch_cpu.so", line);
        Assert.Contains("ulimit -v", line);
    }

    [Fact]
    public void A_foreign_LibTorch_is_recognised_by_its_symbols()
    {
        var line = Explain("/app/libLibTorchSharp.so: undefined symbol: _ZNK5torch2nn6Module5cloneERKSt8optionalIN3c106DeviceEE\n");
        Assert.Contains("another version of LibTorch", line);
        Assert.Contains("LD_LIBRARY_PATH", line);
    }

    [Theory]
    [InlineData("/app/libLibTorchSharp.so: file too short")]
    [InlineData("/app/libLibTorchSharp.so: invalid ELF header")]
    [InlineData("/app/libLibTorchSharp.so: wrong ELF class: ELFCLASS32")]
    public void A_damaged_or_foreign_file_is_reported_as_such(string message) =>
        Assert.Contains("damaged or built for another kind of processor", Explain(message));

    [Fact]
    public void Musl_is_recognised()
    {
        var line = Explain(
            "Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /app/libLibTorchSharp.so)\n"
        );
        Assert.Contains("musl", line);
    }

    [Fact]
    public void Anything_else_is_passed_on_in_one_line()
    {
        Assert.EndsWith("something new happened", LoaderMessage.Explain("something new\n\n happened", null, null));
        Assert.EndsWith("gave no reason", LoaderMessage.Explain("", null, null));
    }

    [Fact]
    public void The_real_loaders_message_about_a_newer_libstdcxx_is_understood()
    {
        using var folder = new ScratchFolder();
        var library = NewerRequirement(folder, "GLIBCXX_3.4.21\0"u8, "GLIBCXX_3.4.99\0"u8);
        var fault = Assert.Throws<DllNotFoundException>(() => NativeLibrary.Load(library));
        var line = LoaderMessage.Explain(fault.Message, GnuLibraries.GlibcVersion, GnuLibraries.NewestGlibcxx);
        Assert.Contains("libLibTorchSharp.so needs GLIBCXX_3.4.99", line);
        Assert.Contains(GnuLibraries.NewestGlibcxx!, line);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void The_real_loaders_message_about_a_newer_glibc_is_understood()
    {
        using var folder = new ScratchFolder();
        var library = NewerRequirement(folder, "GLIBC_2.14\0"u8, "GLIBC_2.99\0"u8);
        var fault = Assert.Throws<DllNotFoundException>(() => NativeLibrary.Load(library));
        var line = LoaderMessage.Explain(fault.Message, GnuLibraries.GlibcVersion, GnuLibraries.NewestGlibcxx);
        Assert.Contains($"libLibTorchSharp.so needs glibc 2.99 and this host has {GnuLibraries.GlibcVersion}", line);
    }

    [Fact]
    public void The_real_loaders_message_about_a_cut_file_is_understood()
    {
        using var folder = new ScratchFolder();
        var library = folder.File("libLibTorchSharp.so");
        File.WriteAllBytes(library, File.ReadAllBytes(BuiltLibrary).AsSpan(0, 40));
        var fault = Assert.Throws<DllNotFoundException>(() => NativeLibrary.Load(library));
        Assert.Contains("damaged", LoaderMessage.Explain(fault.Message, null, null));
    }

    private static string BuiltLibrary => Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so");

    private static string Explain(string lines) => LoaderMessage.Explain(Preamble + lines, "2.36", "GLIBCXX_3.4.30");

    /// <summary>A copy of the built library that asks for a version that no host has.</summary>
    private static string NewerRequirement(ScratchFolder folder, ReadOnlySpan<byte> version, ReadOnlySpan<byte> newer)
    {
        LibTorchRuntime.EnsureLoaded(); // so that the loader finds LibTorch itself, which is not beside the copy
        var image = File.ReadAllBytes(BuiltLibrary);
        var at = image.AsSpan().IndexOf(version);
        Assert.True(at > 0, "the library does not ask for the version that this test changes");
        newer.CopyTo(image.AsSpan(at));
        var path = folder.File("libLibTorchSharp.so");
        File.WriteAllBytes(path, image);
        return path;
    }
}
