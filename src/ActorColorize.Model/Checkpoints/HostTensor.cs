namespace ActorColorize.Model.Checkpoints;

/// <summary>Element types of tensors that can be stored.</summary>
public enum TensorType
{
    /// <summary>IEEE 754 single precision, 4 bytes.</summary>
    Float32,

    /// <summary>IEEE 754 half precision, 2 bytes.</summary>
    Float16,

    /// <summary>The upper half of a single-precision number, 2 bytes.</summary>
    BFloat16,

    /// <summary>Signed 64-bit integer.</summary>
    Int64,

    /// <summary>Unsigned byte.</summary>
    UInt8,
}

/// <summary>A named tensor in managed memory, as it is stored in checkpoints.</summary>
/// <param name="Name">Key in the state dict, for example <c>model1.0.weight</c>.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Sizes of the dimensions; empty for a scalar.</param>
/// <param name="Data">Elements in row-major order, little-endian.</param>
public sealed record HostTensor(string Name, TensorType Type, long[] Shape, byte[] Data);
