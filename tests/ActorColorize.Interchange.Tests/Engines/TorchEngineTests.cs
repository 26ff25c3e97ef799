using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Networks;
using ActorColorize.Model.Tests;

namespace ActorColorize.Interchange.Tests.Engines;

[Collection(LibTorchSerially.Name)]
public sealed class TorchEngineTests : EngineContract
{
    private protected override IInferenceEngine Open(NetworkShape shape, IReadOnlyList<HostTensor> tensors) =>
        new TorchEngine(shape, tensors, Sessions.Cpu());
}
