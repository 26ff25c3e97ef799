using System.Buffers.Binary;
using System.Text;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Interchange;

/// <summary>
/// Reads the pickles that PyTorch writes for state dicts, safely. A pickle is a program that may call anything; this machine implements
/// only the instructions that a state dict needs, knows only the few names in <see cref="NameOf"/>, and calls nothing: a "call" only
/// records a tensor. Everything else is refused by name. Source of the instructions: CPython, Lib/pickletools.py; of what PyTorch writes:
/// torch/serialization.py, torch/_weights_only_unpickler.py.
/// </summary>
internal sealed class PickleMachine
{
    // A state dict of 82 tensors makes some 2,000 values out of 16 kB.
    private const int MostValues = 100_000;
    private const int MostDimensions = 16;
    private const byte HighestProtocol = 2;

    private static readonly object Mark = new();

    private readonly string _path;
    private readonly byte[] _code;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _at;
    private int _values;

    private PickleMachine(byte[] code, int at, string path)
    {
        _code = code;
        _at = at;
        _path = path;
    }

    /// <summary>Executes a pickle and returns its value.</summary>
    /// <param name="code">Bytes that hold it.</param>
    /// <param name="at">The offset of its first byte; on return, of the first byte after it.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="CheckpointException">It is damaged, or uses anything that a state dict does not need.</exception>
    public static object? Run(byte[] code, ref int at, string path)
    {
        var machine = new PickleMachine(code, at, path);
        var result = machine.Run();
        at = machine._at;
        return result;
    }

    private object? Run()
    {
        while (true)
        {
            var code = Bytes(1)[0];
            switch ((PickleOpcode)code)
            {
                case PickleOpcode.Proto:
                    if (Bytes(1)[0] > HighestProtocol)
                        throw Refused(
                            $"it is a pickle of protocol {_code[_at - 1]}, but PyTorch writes protocol {HighestProtocol}: "
                                + $"{PyTorchFile.SaveAgain}"
                        );
                    break;
                case PickleOpcode.Stop:
                    var result = Pop();
                    return _stack.Count == 0 ? result : throw Damaged("values are left over at its end");
                case PickleOpcode.Mark:
                    Push(Mark);
                    break;
                case PickleOpcode.None:
                    Push(null);
                    break;
                case PickleOpcode.NewTrue:
                    Push(true);
                    break;
                case PickleOpcode.NewFalse:
                    Push(false);
                    break;
                case PickleOpcode.BinInt:
                    Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4)));
                    break;
                case PickleOpcode.BinInt1:
                    Push((long)Bytes(1)[0]);
                    break;
                case PickleOpcode.BinInt2:
                    Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2)));
                    break;
                case PickleOpcode.Long1:
                    Push(Long());
                    break;
                case PickleOpcode.BinFloat:
                    Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8)));
                    break;
                case PickleOpcode.BinUnicode:
                    Push(Text(Bytes(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)))));
                    break;
                case PickleOpcode.EmptyTuple:
                    Push(Array.Empty<object?>());
                    break;
                case PickleOpcode.Tuple1:
                    Push(PopLast(1));
                    break;
                case PickleOpcode.Tuple2:
                    Push(PopLast(2));
                    break;
                case PickleOpcode.Tuple3:
                    Push(PopLast(3));
                    break;
                case PickleOpcode.Tuple:
                    Push(PopToMark());
                    break;
                case PickleOpcode.EmptyList:
                    Push(new PickledList());
                    break;
                case PickleOpcode.Append:
                    Append([Pop()]);
                    break;
                case PickleOpcode.Appends:
                    Append(PopToMark());
                    break;
                case PickleOpcode.EmptyDict:
                    Push(new PickledDictionary());
                    break;
                case PickleOpcode.SetItem:
                    SetItems(PopLast(2));
                    break;
                case PickleOpcode.SetItems:
                    SetItems(PopToMark());
                    break;
                case PickleOpcode.BinPut:
                    Remember(Bytes(1)[0]);
                    break;
                case PickleOpcode.LongBinPut:
                    Remember(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)));
                    break;
                case PickleOpcode.BinGet:
                    Recall(Bytes(1)[0]);
                    break;
                case PickleOpcode.LongBinGet:
                    Recall(BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4)));
                    break;
                case PickleOpcode.Global:
                    Push(NameOf(Line(), Line()));
                    break;
                case PickleOpcode.BinPersId:
                    Push(StorageOf(Pop()));
                    break;
                case PickleOpcode.Reduce:
                    Reduce();
                    break;
                case PickleOpcode.Build:
                    Build();
                    break;
                default:
                    throw Refused(
                        $"its pickle uses the instruction 0x{code:x2} ({RefusedPickleOpcode.NameOf(code)}), which no state dict needs; "
                            + "it was not executed"
                    );
            }
        }
    }

    private PickledName NameOf(string module, string name)
    {
        var full = $"{module}.{name}";
        return full switch
        {
            "collections.OrderedDict" => new PickledName(full, PickledNameKind.OrderedDictionary),
            "torch._utils._rebuild_tensor_v2" => new PickledName(full, PickledNameKind.RebuildTensor),
            "torch._utils._rebuild_parameter" => new PickledName(full, PickledNameKind.RebuildParameter),
            _ when module == "torch" && StorageElement.Named(name) is { } element => new PickledName(
                full,
                PickledNameKind.Storage,
                element
            ),
            _ when module == "torch" && name.EndsWith("Storage", StringComparison.Ordinal) => throw Refused(
                $"it holds tensors of type {OneLine.Quote(full)}; supported types are float, half, bfloat16, double and long"
            ),
            _ => throw Refused($"its pickle asks Python for {OneLine.Quote(full)}, which no state dict needs; it was not executed"),
        };
    }

    /// <summary>A persistent id: ('storage', class, key, location, number of elements), and in old files a sixth that is None.</summary>
    private PickledStorage StorageOf(object? id)
    {
        if (
            id is not object?[] { Length: 5 or 6 } tuple
            || tuple
                is not [
                    "storage",
                    PickledName { Kind: PickledNameKind.Storage, Element: { } element },
                    string key,
                    string,
                    long elements,
                    ..,
                ]
            || (tuple.Length == 6 && tuple[5] is not null)
            || elements < 0
        )
            throw Refused("its pickle refers to something that is not a storage of numbers");
        return new PickledStorage(element, key, elements);
    }

    private void Reduce()
    {
        var arguments = Pop() as object?[] ?? throw Damaged("a call has no tuple of arguments");
        if (Pop() is not PickledName name)
            throw Refused("its pickle calls something that is not a name");
        Push(
            (name.Kind, arguments) switch
            {
                (PickledNameKind.OrderedDictionary, []) => new PickledDictionary(),
                // storage, offset, size, stride, requires_grad, backward_hooks[, metadata]
                (PickledNameKind.RebuildTensor, [PickledStorage storage, long offset, object?[] shape, object?[] strides, bool, ..])
                    when arguments.Length is 6 or 7 => new PickledTensor(storage, offset, Sizes(shape), Sizes(strides)),
                // data, requires_grad, backward_hooks
                (PickledNameKind.RebuildParameter, [PickledTensor tensor, bool, _]) => tensor,
                _ => throw Refused($"its pickle calls {OneLine.Quote(name.Name)} with arguments that no state dict has"),
            }
        );
    }

    private long[] Sizes(object?[] numbers)
    {
        if (numbers.Length > MostDimensions)
            throw Refused($"a tensor has {numbers.Length} dimensions, more than {MostDimensions}");
        return [.. numbers.Select(number => number as long? ?? throw Damaged("the size of a tensor is not a number"))];
    }

    /// <summary>State dicts store versions of their modules in the attribute <c>_metadata</c>; it is ignored.</summary>
    private void Build()
    {
        if (
            Pop() is not PickledDictionary state
            || state.Items.Any(static item => item.Key is not "_metadata")
            || Top() is not PickledDictionary
        )
            throw Refused("its pickle sets attributes that no state dict has");
    }

    private void Append(object?[] values)
    {
        if (Top() is not PickledList list)
            throw Damaged("values are appended to something that is not a list");
        list.Items.AddRange(values);
    }

    private void SetItems(object?[] values)
    {
        if (Top() is not PickledDictionary dictionary || values.Length % 2 != 0)
            throw Damaged("pairs are added to something that is not a dict");
        for (var i = 0; i < values.Length; i += 2)
            dictionary.Items.Add((values[i], values[i + 1]));
    }

    private void Push(object? value)
    {
        Count();
        _stack.Add(value);
    }

    private void Remember(uint place)
    {
        Count();
        _memo[place] = Top();
    }

    private void Recall(uint place) =>
        Push(_memo.TryGetValue(place, out var value) ? value : throw Damaged($"it recalls value {place}, which it never stored"));

    private void Count()
    {
        if (++_values > MostValues)
            throw Refused($"its pickle builds more than {MostValues} values");
    }

    private object? Top() => _stack is [.., var top] && top != Mark ? top : throw Damaged("it pops a value from an empty stack");

    private object? Pop()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] PopLast(int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    private object?[] PopToMark()
    {
        var mark = _stack.LastIndexOf(Mark);
        if (mark < 0)
            throw Damaged("it pops values from an empty stack");
        var values = _stack.GetRange(mark + 1, _stack.Count - mark - 1).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private ReadOnlySpan<byte> Bytes(long count)
    {
        if (count > _code.Length - _at)
            throw Damaged("it ends too early");
        var bytes = _code.AsSpan(_at, (int)count);
        _at += (int)count;
        return bytes;
    }

    private string Line()
    {
        var length = _code.AsSpan(_at).IndexOf((byte)'\n');
        if (length < 0)
            throw Damaged("it ends too early");
        var line = Text(Bytes(length));
        _at++;
        return line;
    }

    private string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("a text in it is not valid UTF-8");
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Little-endian two's complement of any length; here up to 8 bytes.</summary>
    private long Long()
    {
        var bytes = Bytes(Bytes(1)[0]);
        if (bytes.Length > sizeof(long))
            throw Refused("its pickle contains a number of more than 64 bits");
        if (bytes.IsEmpty)
            return 0;
        Span<byte> wide = stackalloc byte[sizeof(long)];
        wide.Fill((bytes[^1] & 0x80) == 0 ? (byte)0 : byte.MaxValue);
        bytes.CopyTo(wide);
        return BinaryPrimitives.ReadInt64LittleEndian(wide);
    }

    private CheckpointException Refused(string reason) => new($"{_path} is refused: {reason}");

    private CheckpointException Damaged(string reason) =>
        new(CheckpointProblem.Damaged, $"{_path} is not a complete PyTorch file: its pickle is damaged, {reason}");
}
