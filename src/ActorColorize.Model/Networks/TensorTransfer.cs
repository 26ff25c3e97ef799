using System.Runtime.InteropServices;
using ActorColorize.Model.Checkpoints;
using static TorchSharp.torch;

namespace ActorColorize.Model.Networks;

/// <summary>Copies tensors between the device and managed memory.</summary>
internal static class TensorTransfer
{
    public static HostTensor ToHost(string name, Tensor values, ReusedMemory memory)
    {
        using var scope = NewDisposeScope();
        var onHost = values.detach().cpu().contiguous();
        var type =
            onHost.dtype == ScalarType.Float32
                ? TensorType.Float32
                : throw new ArgumentException($"{name} is {onHost.dtype}, not float32", nameof(values));
        var elements = onHost.bytes;
        var data = memory.Take(name, elements.Length);
        elements.CopyTo(data);
        return new HostTensor(name, type, onHost.shape, data);
    }

    public static HostTensor ToHost(string name, long value) => new(name, TensorType.Int64, [], BitConverter.GetBytes(value));

    /// <summary>A CPU tensor with the same type; the caller disposes it.</summary>
    public static Tensor ToTensor(HostTensor host)
    {
        var type = host.Type switch
        {
            TensorType.Float32 => ScalarType.Float32,
            TensorType.Float16 => ScalarType.Float16,
            TensorType.BFloat16 => ScalarType.BFloat16,
            TensorType.Int64 => ScalarType.Int64,
            TensorType.UInt8 => ScalarType.Byte,
            _ => throw new NetworkMismatchException($"{host.Name} has an unknown type {host.Type}"),
        };
        var values = empty(host.Shape, dtype: type);
        host.Data.CopyTo(values.bytes);
        return values;
    }

    public static long ToInt64(HostTensor host) =>
        host.Type == TensorType.Int64 && host.Shape.Length == 0 && host.Data.Length == sizeof(long)
            ? MemoryMarshal.Read<long>(host.Data)
            : throw new NetworkMismatchException($"{host.Name} is {Describe(host)}, expected one Int64");

    /// <summary>Finds the tensor for every slot and checks its shape and size.</summary>
    /// <exception cref="NetworkMismatchException">A tensor is missing, unknown, repeated, of another shape, not a float, or of the wrong
    /// length.</exception>
    public static IReadOnlyDictionary<string, HostTensor> Match(
        IEnumerable<(string Name, long[] Shape)> slots,
        IEnumerable<HostTensor> tensors
    )
    {
        var left = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
            if (!left.TryAdd(tensor.Name, tensor))
                throw new NetworkMismatchException($"{tensor.Name} occurs twice");
        var found = new Dictionary<string, HostTensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in slots)
        {
            if (!left.Remove(name, out var tensor))
                throw new NetworkMismatchException($"{name} is missing: the weights belong to a different network");
            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
                throw new NetworkMismatchException(
                    $"{name} is {Describe(tensor)}, expected [{string.Join(", ", shape)}]: the weights belong to a different network"
                );
            var width = tensor.Type switch
            {
                TensorType.Float32 => 4,
                TensorType.Float16 or TensorType.BFloat16 => 2,
                _ => 0,
            };
            if (width == 0)
                throw new NetworkMismatchException($"{name} is {Describe(tensor)}, expected a float type");
            if (tensor.Data.Length != width * FlatBuffer.Elements(shape))
                throw new NetworkMismatchException($"{name} is {Describe(tensor)} but has {tensor.Data.Length} bytes");
            found.Add(name, tensor);
        }

        if (left.Count > 0)
            throw new NetworkMismatchException(
                $"{left.Keys.Order(StringComparer.Ordinal).First()} is not part of the network: the weights belong to a different network"
            );
        return found;
    }

    private static string Describe(HostTensor tensor) => $"{tensor.Type} [{string.Join(", ", tensor.Shape)}]";
}
