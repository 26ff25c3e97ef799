using ActorColorize.Model.Devices;
using static TorchSharp.torch;

namespace ActorColorize.Model.Tests;

/// <summary>
/// LibTorch is one per process and results depend on its threads: all tests that touch tensors run one after the other, with the same
/// number.
/// </summary>
public sealed class LibTorchFixture
{
    public const int Threads = 2;

    public LibTorchFixture()
    {
        LibTorchRuntime.EnsureLoaded();
        set_num_threads(Threads);
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LibTorchSerially : ICollectionFixture<LibTorchFixture>
{
    public const string Name = "LibTorch";
}
