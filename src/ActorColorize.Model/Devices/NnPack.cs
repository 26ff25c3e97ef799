using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Switches NNPACK off in LibTorch. It is a second, older library of convolutions, tried where oneDNN does not apply; on processors that it
/// does not know it prints a warning at every call, and it computes with Winograd transforms, whose rounding errors are larger.
/// </summary>
internal static partial class NnPack
{
    private const string Library = "torch_cpu";

    /// <summary>Switches it off for the process. LibTorch must be loaded.</summary>
    /// <returns>False where LibTorch has no such switch under its GCC and Clang name: on Windows, which has no NNPACK either.</returns>
    public static bool SwitchOff()
    {
        try
        {
            SetUserEnabledNnPack(GlobalContext(), 0);
            return true;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    // at::Context& at::globalContext()
    [LibraryImport(Library, EntryPoint = "_ZN2at13globalContextEv")]
    private static partial nint GlobalContext();

    // void at::Context::setUserEnabledNNPACK(bool)
    [LibraryImport(Library, EntryPoint = "_ZN2at7Context20setUserEnabledNNPACKEb")]
    private static partial void SetUserEnabledNnPack(nint context, byte enabled);
}
