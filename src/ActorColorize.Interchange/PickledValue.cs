using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Interchange;

// What the pickle of a state dict can build, and nothing else. Other values of a pickle are .NET's own: string, long, double, bool, null,
// and object?[] for a tuple.

/// <summary>A dict or OrderedDict.</summary>
internal sealed class PickledDictionary
{
    /// <summary>Its pairs in the order they came in; a repeated name occurs twice.</summary>
    public List<(object? Key, object? Value)> Items { get; } = [];
}

/// <summary>A list; state dicts contain none, but the objects around them may.</summary>
internal sealed class PickledList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A name that a pickle may refer to. It has no behaviour: a call is only recorded.</summary>
/// <param name="Name">Its name in Python.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Element">Element type if it is a storage class.</param>
internal sealed record PickledName(string Name, PickledNameKind Kind, StorageElement? Element = null);

internal enum PickledNameKind
{
    OrderedDictionary,
    RebuildTensor,
    RebuildParameter,
    Storage,
}

/// <summary>Elements that a storage of PyTorch can have here.</summary>
/// <param name="PyTorchName">The class of the storage, in the module <c>torch</c>.</param>
/// <param name="Bytes">Size of an element in the file.</param>
/// <param name="Type">The type after reading; double precision is narrowed to single.</param>
internal sealed record StorageElement(string PyTorchName, int Bytes, TensorType Type)
{
    public static readonly StorageElement Double = new("DoubleStorage", 8, TensorType.Float32);

    private static readonly StorageElement[] All =
    [
        new("FloatStorage", 4, TensorType.Float32),
        new("HalfStorage", 2, TensorType.Float16),
        new("BFloat16Storage", 2, TensorType.BFloat16),
        Double,
        new("LongStorage", 8, TensorType.Int64),
    ];

    public static StorageElement? Named(string pyTorchName) => Array.Find(All, element => element.PyTorchName == pyTorchName);

    /// <summary>The element type for writing a tensor.</summary>
    public static StorageElement? Of(TensorType type) => Array.Find(All, element => element.Type == type);
}

/// <summary>A block of elements stored in the file outside the pickle.</summary>
/// <param name="Element">Type of its elements.</param>
/// <param name="Key">Name of its record.</param>
/// <param name="Elements">Number of elements.</param>
internal sealed record PickledStorage(StorageElement Element, string Key, long Elements);

/// <summary>A tensor: a strided view of a storage. Not validated yet.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides);
