using System.Buffers.Binary;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Interchange;

/// <summary>
/// Turns strided views of storages into tensors in row-major order. All tensors together may be no larger than the file: a view with stride
/// 0 could claim any size.
/// </summary>
internal sealed class StorageReader(PyTorchArchive archive, long fileBytes, string path)
{
    private readonly Dictionary<string, (PickledStorage Storage, byte[] Data)> _storages = new(StringComparer.Ordinal);
    private long _claimed;

    /// <exception cref="CheckpointException">It exceeds its storage, or the file is too small for its size.</exception>
    public HostTensor Materialize(string name, PickledTensor tensor)
    {
        var element = tensor.Storage.Element;
        var count = CheckedCount(name, tensor);
        if (count > (fileBytes - _claimed) / element.Bytes || count * element.Bytes > Array.MaxLength)
            throw Damaged(
                $"{OneLine.Quote(name)} is {TensorMap.Describe(tensor.Shape)}, more than the {fileBytes} bytes of the file can hold"
            );
        _claimed += count * element.Bytes;
        var storage = Load(name, tensor.Storage);
        var data = Gather(storage, tensor, (int)count);
        return new HostTensor(name, element.Type, tensor.Shape, element == StorageElement.Double ? Narrowed(data) : data);
    }

    private byte[] Load(string name, PickledStorage storage)
    {
        if (_storages.TryGetValue(storage.Key, out var known))
            return known.Storage == storage
                ? known.Data
                : throw Damaged(
                    $"{OneLine.Quote(name)} uses the storage {OneLine.Quote(storage.Key)} with a different type than an earlier tensor"
                );
        var data = archive.ReadStorage(storage);
        _storages.Add(storage.Key, (storage, data));
        return data;
    }

    /// <summary>Number of elements of the view, after checking that its last one is inside the storage.</summary>
    private long CheckedCount(string name, PickledTensor tensor)
    {
        if (
            tensor.Shape.Length != tensor.Strides.Length
            || tensor.Offset < 0
            || tensor.Shape.Any(static size => size < 0)
            || tensor.Strides.Any(static stride => stride < 0)
        )
            throw Damaged($"the shape of {OneLine.Quote(name)} is invalid");
        if (tensor.Shape.Contains(0))
            return 0;
        UInt128 count = 1;
        UInt128 last = (ulong)tensor.Offset;
        foreach (var (size, stride) in tensor.Shape.Zip(tensor.Strides))
        {
            last += (UInt128)(ulong)(size - 1) * (ulong)stride;
            count *= (ulong)size;
            // Both stay below 2^63 · 2^63 + 2^63 before each of these checks.
            if (last >= (ulong)tensor.Storage.Elements)
                throw Damaged($"{OneLine.Quote(name)} exceeds its storage of {tensor.Storage.Elements} elements");
            if (count > long.MaxValue)
                throw Damaged(
                    $"{OneLine.Quote(name)} is {TensorMap.Describe(tensor.Shape)}, more than the {fileBytes} bytes of the file can hold"
                );
        }

        return last < (ulong)tensor.Storage.Elements
            ? (long)count
            : throw Damaged($"{OneLine.Quote(name)} exceeds its storage of {tensor.Storage.Elements} elements");
    }

    private static byte[] Gather(byte[] storage, PickledTensor tensor, int count)
    {
        var size = tensor.Storage.Element.Bytes;
        if (count == 0)
            return [];
        if (IsContiguous(tensor))
        {
            // The usual case: a tensor with its own storage, which needs no copy.
            return tensor.Offset == 0 && count == tensor.Storage.Elements
                ? storage
                : storage.AsSpan((int)tensor.Offset * size, count * size).ToArray();
        }

        var data = GC.AllocateUninitializedArray<byte>(count * size);
        var index = new long[tensor.Shape.Length];
        for (var element = 0; element < count; element++)
        {
            var from = tensor.Offset;
            for (var dimension = 0; dimension < index.Length; dimension++)
                from += index[dimension] * tensor.Strides[dimension];
            storage.AsSpan((int)from * size, size).CopyTo(data.AsSpan(element * size));
            for (var dimension = index.Length - 1; dimension >= 0 && ++index[dimension] == tensor.Shape[dimension]; dimension--)
                index[dimension] = 0;
        }

        return data;
    }

    private static bool IsContiguous(PickledTensor tensor)
    {
        long expected = 1;
        for (var dimension = tensor.Shape.Length - 1; dimension >= 0; dimension--)
        {
            if (tensor.Shape[dimension] != 1 && tensor.Strides[dimension] != expected)
                return false;
            expected *= tensor.Shape[dimension];
        }

        return true;
    }

    private static byte[] Narrowed(byte[] doubles)
    {
        var singles = GC.AllocateUninitializedArray<byte>(doubles.Length / 2);
        for (var i = 0; i < singles.Length / sizeof(float); i++)
            BinaryPrimitives.WriteSingleLittleEndian(
                singles.AsSpan(i * sizeof(float)),
                (float)BinaryPrimitives.ReadDoubleLittleEndian(doubles.AsSpan(i * sizeof(double)))
            );
        return singles;
    }

    private CheckpointException Damaged(string reason) =>
        new(CheckpointProblem.Damaged, $"{path} is not a complete PyTorch file: " + $"{reason}");
}
