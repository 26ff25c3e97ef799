namespace ActorColorize.Protocol;

/// <summary>A device that trains, as described to the preparation of runs.</summary>
/// <param name="Name">Display name; in a cluster with the node's address.</param>
/// <param name="Precision">Number format of runs that ask for none: <c>fp32</c> or <c>bf16</c>.</param>
/// <param name="Threads">Threads of its computations on a CPU.</param>
public sealed record TrainingDevice(string Name, string Precision, int Threads);
