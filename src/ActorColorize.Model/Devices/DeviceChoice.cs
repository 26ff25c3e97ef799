using TorchSharp;

namespace ActorColorize.Model.Devices;

/// <summary>The chosen device and the reason.</summary>
/// <param name="Name"><c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Reason">One clause for the user.</param>
public sealed record DeviceChoice(string Name, string Reason)
{
    /// <summary>Devices of this machine: <c>cpu</c>, then <c>cuda:0</c> and so on.</summary>
    /// <exception cref="DeviceException">LibTorch cannot be loaded.</exception>
    public static IReadOnlyList<string> Available => Names(CudaDevices());

    /// <summary>Chooses a device. A device requested by name is used or refused, never replaced by another.</summary>
    /// <param name="requested"><c>auto</c> (the first CUDA device, else the CPU), <c>cpu</c> or <c>cuda:N</c>.</param>
    /// <exception cref="DeviceException">The name is invalid, the device does not exist, or LibTorch cannot be loaded.</exception>
    public static DeviceChoice Resolve(string requested) => Resolve(requested, CudaDevices(), LibTorchRuntime.HasCudaBackend);

    /// <summary>The device for tensors.</summary>
    public torch.Device ToDevice() => torch.device(Name);

    internal static DeviceChoice Resolve(string requested, int cudaDevices, bool cudaBackend)
    {
        ArgumentNullException.ThrowIfNull(requested);
        var there = $"this machine has {string.Join(", ", Names(cudaDevices))}";
        var noCuda = cudaBackend
            ? "LibTorch finds no usable CUDA device; check that the NVIDIA driver is installed and that nvidia-smi lists one"
            : "this build has LibTorch for the CPU only; build with -p:TorchBackend=cuda for CUDA";
        switch (requested)
        {
            case "auto" when cudaDevices > 0:
                return new DeviceChoice("cuda:0", cudaDevices == 1 ? "the CUDA device" : $"the first of {cudaDevices} CUDA devices");
            case "auto":
                return new DeviceChoice(
                    "cpu",
                    cudaBackend ? "no usable CUDA device was found" : "this build has LibTorch for the CPU only"
                );
            case "cpu":
                return new DeviceChoice("cpu", "requested");
        }

        const string Prefix = "cuda:";
        var digits = requested.StartsWith(Prefix, StringComparison.Ordinal) ? requested.AsSpan(Prefix.Length) : default;
        // No signs, blanks or leading zeros: one device has one name.
        if (digits is [] or ['0', _, ..] || digits.ContainsAnyExceptInRange('0', '9') || !int.TryParse(digits, out var index))
            throw new DeviceException($"'{requested}' is not a device: use auto, cpu or cuda:N ({there})");
        if (index < cudaDevices)
            return new DeviceChoice(requested, "requested");
        throw new DeviceException(
            cudaDevices == 0 ? $"device '{requested}' does not exist: {there}; {noCuda}" : $"device '{requested}' does not exist: {there}"
        );
    }

    private static List<string> Names(int cudaDevices) =>
        ["cpu", .. Enumerable.Range(0, cudaDevices).Select(static index => $"cuda:{index}")];

    private static int CudaDevices()
    {
        LibTorchRuntime.EnsureLoaded();
        return torch.cuda.is_available() ? torch.cuda.device_count() : 0;
    }
}
