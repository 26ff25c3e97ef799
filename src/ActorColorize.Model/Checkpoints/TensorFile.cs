namespace ActorColorize.Model.Checkpoints;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors, in the order of the file's header.</param>
/// <param name="Metadata">Free text by key (<c>__metadata__</c> in the header); empty when the file has none.</param>
public sealed record TensorFile(IReadOnlyList<HostTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
