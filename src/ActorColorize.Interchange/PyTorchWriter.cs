using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Interchange;

/// <summary>
/// Writes the archive of <see cref="PyTorchArchive"/>. Source of the layout: torch/serialization.py, _save;
/// caffe2/serialize/inline_container.h.
/// </summary>
internal static class PyTorchWriter
{
    private const string Stem = "archive"; // PyTorch's default without a file name, so that equal tensors give equal files
    private const string FormatVersion = "3\n";
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the earliest in ZIP

    public static void Write(Stream stream, IReadOnlyList<HostTensor> tensors)
    {
        Check(tensors);
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        Add(zip, "data.pkl", Pickle(tensors));
        Add(zip, "byteorder", "little"u8);
        for (var i = 0; i < tensors.Count; i++)
            Add(zip, string.Create(CultureInfo.InvariantCulture, $"data/{i}"), tensors[i].Data);
        Add(zip, "version", Encoding.ASCII.GetBytes(FormatVersion));
    }

    private static void Check(IReadOnlyList<HostTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (string.IsNullOrEmpty(tensor.Name) || !names.Add(tensor.Name))
                throw new ArgumentException($"{OneLine.Quote(tensor.Name ?? "")} is not a valid name, or is repeated.", nameof(tensors));
            if (StorageElement.Of(tensor.Type) is null)
                throw new ArgumentException(
                    $"{OneLine.Quote(tensor.Name)} is {tensor.Type}, which state dicts do not have.",
                    nameof(tensors)
                );
            if (TensorEncoding.ByteCount(tensor.Type, tensor.Shape) != tensor.Data.Length)
                throw new ArgumentException(
                    $"{OneLine.Quote(tensor.Name)} has {tensor.Data.Length} bytes, which is not what {tensor.Type} "
                        + $"{TensorMap.Describe(tensor.Shape)} takes.",
                    nameof(tensors)
                );
        }
    }

    private static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        var entry = zip.CreateEntry($"{Stem}/{name}", CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        using var stream = entry.Open();
        stream.Write(content);
    }

    private static byte[] Pickle(IReadOnlyList<HostTensor> tensors)
    {
        using var pickle = new MemoryStream();
        Put(pickle, PickleOpcode.Proto);
        pickle.WriteByte(2);
        PutOrderedDictionary(pickle);
        Put(pickle, PickleOpcode.Mark);
        for (var i = 0; i < tensors.Count; i++)
        {
            PutText(pickle, tensors[i].Name);
            PutTensor(pickle, tensors[i], i);
        }

        Put(pickle, PickleOpcode.SetItems);
        Put(pickle, PickleOpcode.Stop);
        return pickle.ToArray();
    }

    /// <summary>_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)</summary>
    private static void PutTensor(MemoryStream pickle, HostTensor tensor, int key)
    {
        var element = StorageElement.Of(tensor.Type)!;
        PutName(pickle, "torch._utils", "_rebuild_tensor_v2");
        Put(pickle, PickleOpcode.Mark);
        Put(pickle, PickleOpcode.Mark);
        PutText(pickle, "storage");
        PutName(pickle, "torch", element.PyTorchName);
        PutText(pickle, key.ToString(CultureInfo.InvariantCulture));
        PutText(pickle, "cpu");
        PutInteger(pickle, tensor.Data.Length / element.Bytes);
        Put(pickle, PickleOpcode.Tuple);
        Put(pickle, PickleOpcode.BinPersId);
        PutInteger(pickle, 0);
        PutTuple(pickle, tensor.Shape);
        PutTuple(pickle, RowMajorStrides(tensor.Shape));
        Put(pickle, PickleOpcode.NewFalse);
        PutOrderedDictionary(pickle);
        Put(pickle, PickleOpcode.Tuple);
        Put(pickle, PickleOpcode.Reduce);
    }

    private static long[] RowMajorStrides(long[] shape)
    {
        var strides = new long[shape.Length];
        long stride = 1;
        for (var dimension = shape.Length - 1; dimension >= 0; dimension--)
        {
            strides[dimension] = stride;
            stride *= Math.Max(1, shape[dimension]);
        }

        return strides;
    }

    private static void PutOrderedDictionary(MemoryStream pickle)
    {
        PutName(pickle, "collections", "OrderedDict");
        Put(pickle, PickleOpcode.EmptyTuple);
        Put(pickle, PickleOpcode.Reduce);
    }

    private static void PutTuple(MemoryStream pickle, long[] numbers)
    {
        Put(pickle, PickleOpcode.Mark);
        foreach (var number in numbers)
            PutInteger(pickle, number);
        Put(pickle, PickleOpcode.Tuple);
    }

    private static void PutInteger(MemoryStream pickle, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, checked((int)number)); // an array's length, so it fits
        Put(pickle, PickleOpcode.BinInt);
        pickle.Write(bytes);
    }

    private static void PutText(MemoryStream pickle, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        Put(pickle, PickleOpcode.BinUnicode);
        pickle.Write(length);
        pickle.Write(utf8);
    }

    private static void PutName(MemoryStream pickle, string module, string name)
    {
        Put(pickle, PickleOpcode.Global);
        pickle.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    }

    private static void Put(MemoryStream pickle, PickleOpcode code) => pickle.WriteByte((byte)code);
}
