using static TorchSharp.torch;

namespace ActorColorize.Model.Tests;

/// <summary>How many tensors are alive in the process, once those that others have dropped are gone.</summary>
internal static class LiveTensors
{
    internal static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
