using System.Runtime.InteropServices;

namespace ActorColorize.Model.Checkpoints;

/// <summary>How element types are named in safetensors files, and how many bytes a tensor takes.</summary>
internal static class TensorEncoding
{
    /// <summary>The names that are understood, for messages.</summary>
    public const string KnownNames = "F32, F16, BF16, I64, U8";

    public static int BytesPerElement(TensorType type) =>
        type switch
        {
            TensorType.Float32 => 4,
            TensorType.Float16 or TensorType.BFloat16 => 2,
            TensorType.Int64 => 8,
            TensorType.UInt8 => 1,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
        };

    public static string NameOf(TensorType type) =>
        type switch
        {
            TensorType.Float32 => "F32",
            TensorType.Float16 => "F16",
            TensorType.BFloat16 => "BF16",
            TensorType.Int64 => "I64",
            TensorType.UInt8 => "U8",
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
        };

    public static TensorType? TypeNamed(string name) =>
        name switch
        {
            "F32" => TensorType.Float32,
            "F16" => TensorType.Float16,
            "BF16" => TensorType.BFloat16,
            "I64" => TensorType.Int64,
            "U8" => TensorType.UInt8,
            _ => null,
        };

    /// <summary>Bytes of a tensor, or null when a dimension is negative or the product does not fit 63 bits.</summary>
    public static long? ByteCount(TensorType type, ReadOnlySpan<long> shape)
    {
        // A size of zero makes the tensor empty, but a negative size elsewhere is still invalid.
        var isEmpty = false;
        foreach (var size in shape)
        {
            if (size < 0)
                return null;
            isEmpty |= size == 0;
        }

        if (isEmpty)
            return 0;
        long bytes = BytesPerElement(type);
        foreach (var size in shape)
        {
            if (size > long.MaxValue / bytes)
                return null;
            bytes *= size;
        }

        return bytes;
    }

    /// <summary>The elements of a tensor of floats, widened to single precision; its own bytes where they are that already.</summary>
    /// <exception cref="ArgumentException">It holds integers.</exception>
    public static ReadOnlySpan<float> ToSingles(HostTensor tensor)
    {
        if (tensor.Type == TensorType.Float32)
            return MemoryMarshal.Cast<byte, float>(tensor.Data);
        var halves = MemoryMarshal.Cast<byte, ushort>(tensor.Data);
        var singles = GC.AllocateUninitializedArray<float>(halves.Length);
        for (var index = 0; index < halves.Length; index++)
        {
            singles[index] = tensor.Type switch
            {
                TensorType.Float16 => (float)BitConverter.UInt16BitsToHalf(halves[index]),
                TensorType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)halves[index] << 16),
                _ => throw new ArgumentException($"{tensor.Name} is not a float tensor.", nameof(tensor)),
            };
        }

        return singles;
    }

    /// <summary>
    /// A tensor of floats in half precision, rounded to nearest even; any other tensor, or with single precision requested, unchanged.
    /// </summary>
    /// <exception cref="CheckpointException">A value is too large for the type.</exception>
    public static HostTensor Narrow(HostTensor tensor, TensorType type)
    {
        if (type == TensorType.Float32 || tensor.Type != TensorType.Float32)
            return tensor;
        var singles = MemoryMarshal.Cast<byte, float>(tensor.Data);
        var halves = new ushort[singles.Length];
        for (var index = 0; index < singles.Length; index++)
        {
            halves[index] = type switch
            {
                TensorType.Float16 => BitConverter.HalfToUInt16Bits((Half)singles[index]),
                TensorType.BFloat16 => RoundedToBFloat16(singles[index]),
                _ => throw new ArgumentException($"{type} is not a half-precision type.", nameof(type)),
            };
        }

        if (type == TensorType.Float16 && Array.Exists(halves, static half => !Half.IsFinite(BitConverter.UInt16BitsToHalf(half))))
            throw new CheckpointException($"{tensor.Name} has values beyond 65504, which F16 cannot represent: use BF16");
        return tensor with { Type = type, Data = MemoryMarshal.AsBytes(halves.AsSpan()).ToArray() };
    }

    private static ushort RoundedToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
