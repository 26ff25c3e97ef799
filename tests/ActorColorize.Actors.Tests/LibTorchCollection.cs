namespace ActorColorize.Actors.Tests;

/// <summary>Tests that use LibTorch run one after the other: its threads and random generator belong to the process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LibTorchCollection
{
    internal const string Name = "LibTorch";
}
