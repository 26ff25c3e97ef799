using System.Runtime.InteropServices;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Limits how long LibTorch's threads spin at a barrier before they sleep (GNU OpenMP, Linux). By default they spin for milliseconds: where
/// other processes use the processors too, the thread that all wait for does not get one, and a computation takes several times as long.
/// See <c>src/decisions/043-short-spinning.md</c>.
/// </summary>
internal static partial class OpenMpWaiting
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string WaitPolicy = "OMP_WAIT_POLICY";

    /// <summary>Rounds of a loop with a pause instruction: about ten microseconds, as long as it takes to wake a thread.</summary>
    private const string Rounds = "1000";

    /// <summary>Sets the limit unless the user has chosen. OpenMP reads it when its library is loaded: without effect afterwards.</summary>
    public static void SpinBriefly()
    {
        if (
            !OperatingSystem.IsLinux()
            || Environment.GetEnvironmentVariable(SpinCount) is not null
            || Environment.GetEnvironmentVariable(WaitPolicy) is not null
        )
            return;
        // .NET keeps its own copy of the environment: only the C library's is seen by OpenMP.
        _ = SetEnvironment(SpinCount, Rounds, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
