using System.Buffers.Binary;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ActorColorize.Model.Devices;

/// <summary>Loads LibTorch, and reports in one line why it cannot be loaded.</summary>
public static class LibTorchRuntime
{
    private const ushort ElfMachineX64 = 62; // EM_X86_64
    private const ushort ElfMachineArm64 = 183; // EM_AARCH64

    private static readonly Lazy<DeviceException?> Problem = new(Load);

    /// <summary>Files that must be in one folder; others of LibTorch (Python bindings, test back ends) are not loaded.</summary>
    private static readonly string[] LinuxFiles = ["libLibTorchSharp.so", "libtorch.so", "libtorch_cpu.so", "libc10.so"];

    private static readonly string[] CudaFiles = ["libtorch_cuda.so", "torch_cuda.dll"];

    /// <summary>Version of LibTorch, for example <c>2.10.0</c>.</summary>
    /// <exception cref="DeviceException">See <see cref="EnsureLoaded"/>.</exception>
    public static string Version
    {
        get
        {
            EnsureLoaded();
            // NuGet's fourth digit is a packaging number.
            return System.Version.TryParse(torch.__version__, out var version) ? version.ToString(3) : torch.__version__;
        }
    }

    /// <summary>True where this build carries LibTorch for CUDA.</summary>
    public static bool HasCudaBackend => CudaFiles.Any(static name => File.Exists(Path.Combine(AppContext.BaseDirectory, name)));

    /// <summary>
    /// Loads LibTorch and configures the process for it: freed memory is kept for the next step, threads spin briefly,
    /// NNPACK is off, its destructors do not run at exit. Later calls only return the result of the first.
    /// </summary>
    /// <exception cref="DeviceException">It cannot be loaded on this host; the message is one line.</exception>
    public static void EnsureLoaded()
    {
        if (Problem.Value is { } problem)
            throw new DeviceException(problem.Message, problem.InnerException);
    }

    /// <summary>
    /// Returns the memory of freed tensors to the system, which is otherwise kept for reuse. Called after work that needed more memory than
    /// what follows, such as counting before training.
    /// </summary>
    public static void ReleaseFreedMemory() => HeapSettings.Release();

    /// <summary>
    /// Checks the files before the loader does: if one is missing, the loader may silently use another LibTorch of the system, and then
    /// fail on symbols.
    /// </summary>
    /// <returns>One line, or null if no problem was found.</returns>
    internal static string? FindMissingFile(string folder, Architecture process)
    {
        foreach (var name in LinuxFiles)
        {
            var path = Path.Combine(folder, name);
            try
            {
                File.OpenHandle(path).Dispose();
            }
            catch (UnauthorizedAccessException)
            {
                var link = LinkTarget(path) is { } target ? $" (a link to {target})" : "";
                return $"LibTorch cannot be loaded: this account may not read {path}{link}; build as this account, or give it access";
            }
            catch (IOException fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
            {
                var what = LinkTarget(path) is { } target ? $"is a link to {target}, which no longer exists" : "is missing";
                return $"LibTorch cannot be loaded: {path} {what}; 'dotnet build' restores it";
            }
        }

        var header = new byte[20];
        var first = Path.Combine(folder, LinuxFiles[0]);
        using (var stream = File.OpenRead(first))
        {
            if (
                stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length
                || !header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8)
            )
                return $"LibTorch cannot be loaded: {first} is damaged (no ELF header); delete it and run 'dotnet build'";
        }

        var machine = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18));
        var built = machine switch
        {
            ElfMachineX64 => Architecture.X64,
            ElfMachineArm64 => Architecture.Arm64,
            _ => (Architecture?)null,
        };
        return built == process
            ? null
            : $"LibTorch cannot be loaded: {first} is for {built?.ToString() ?? $"ELF machine {machine}"} and this process is "
                + $"{process}; build on this machine";
    }

    private static string? LinkTarget(string path) => new FileInfo(path).LinkTarget;

    private static DeviceException? Load()
    {
        try
        {
            // typeof does not run the static constructor of TorchSharp, which would fail with a long stack trace and no cause.
            var assembly = typeof(torch).Assembly;
            var beside = File.Exists(Path.Combine(AppContext.BaseDirectory, LinuxFiles[0]));
            if (
                OperatingSystem.IsLinux()
                && beside
                && FindMissingFile(AppContext.BaseDirectory, RuntimeInformation.ProcessArchitecture) is { } missing
            )
                return new DeviceException(missing);
            if (HeapSettings.KeepFreedMemory())
                HeapSettings.MakeRoom();
            HugePages.Request();
            OpenMpWaiting.SpinBriefly();
            NativeLibrary.Load("LibTorchSharp", assembly, searchPath: null);
            torch.InitializeDeviceType(DeviceType.CPU);
            NnPack.SwitchOff();
            NativeDestructors.Skip();
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return new DeviceException(LoaderMessage.Explain(e.Message, GnuLibraries.GlibcVersion, GnuLibraries.NewestGlibcxx), e);
        }
        catch (Exception e)
            when (e
                    is NotSupportedException
                        or InvalidOperationException
                        or TypeInitializationException
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            var reason = (e as TypeInitializationException)?.InnerException?.Message ?? e.Message;
            return new DeviceException(
                "LibTorch cannot be loaded: "
                    + string.Join(' ', reason.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
                e
            );
        }
    }
}
