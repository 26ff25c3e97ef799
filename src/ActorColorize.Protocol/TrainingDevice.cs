namespace ActorColorize.Protocol;

/// <summary>A device that trains, as far as those have to know who prepare runs for it.</summary>
/// <param name="Name">For people; in a cluster with the node's address.</param>
/// <param name="Precision">Number format of runs that ask for none: <c>fp32</c> or <c>bf16</c>.</param>
/// <param name="Threads">Threads of its computations on a CPU.</param>
public sealed record TrainingDevice(string Name, string Precision, int Threads);
