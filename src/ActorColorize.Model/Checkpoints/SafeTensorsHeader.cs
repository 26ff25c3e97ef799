using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorColorize.Model.Checkpoints;

/// <summary>The JSON header of a safetensors file, with the offsets of each tensor. Decoding is strict and a single pass.</summary>
internal sealed class SafeTensorsHeader
{
    private const string MetadataKey = "__metadata__";
    private const int Alignment = 8;
    private const int MostDimensions = 16;

    // Far more than any network has. An entry of a few bytes in the file takes about a hundred in memory: without a bound, a header of many
    // entries would need a multiple of the file's size.
    private const int MostEntries = 10_000;
    private const byte Padding = (byte)' '; // as the format requires

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private SafeTensorsHeader(IReadOnlyList<Entry> entries, int[] inFileOrder, IReadOnlyDictionary<string, string> metadata)
    {
        Entries = entries;
        InFileOrder = inFileOrder;
        Metadata = metadata;
    }

    public IReadOnlyList<Entry> Entries { get; }

    /// <summary>Indices into <see cref="Entries"/> by ascending offset.</summary>
    public int[] InFileOrder { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>One tensor; offsets are relative to the first byte behind the header.</summary>
    public sealed record Entry(string Name, TensorType Type, long[] Shape, long Begin, long End);

    /// <summary>The header, padded with spaces so that the elements begin at a multiple of 8 bytes.</summary>
    /// <exception cref="ArgumentException">A tensor cannot be stored; the message names it.</exception>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + tensors.Count * 100);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            var names = new HashSet<string>(StringComparer.Ordinal);
            long offset = 0;
            foreach (var tensor in tensors)
            {
                CheckStorable(tensor, names);
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", TensorEncoding.NameOf(tensor.Type));
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % Alignment != 0)
            buffer.Write([Padding]);
        return buffer.WrittenMemory;
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="dataBytes">Bytes of the file behind the header, which the tensors must fill exactly.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="CheckpointException">The header breaks the format.</exception>
    public static SafeTensorsHeader Decode(ReadOnlySpan<byte> utf8, long dataBytes, string path)
    {
        var entries = new List<Entry>();
        IReadOnlyDictionary<string, string>? metadata = null;
        try
        {
            if (utf8.IsEmpty || utf8[0] != (byte)'{')
                throw SafeTensors.Damaged(path, "its header does not begin with '{'");
            var json = new Utf8JsonReader(utf8);
            json.Read();
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.GetString()!;
                if (!names.Add(name))
                    throw SafeTensors.Damaged(path, $"{OneLine.Quote(name)} occurs twice in its header");
                if (names.Count > MostEntries)
                    throw SafeTensors.Damaged(path, $"its header has more than {MostEntries} tensors");
                json.Read();
                if (name == MetadataKey)
                    metadata = DecodeMetadata(ref json, path);
                else
                    entries.Add(DecodeEntry(ref json, name, path));
            }

            if (json.Read())
                throw SafeTensors.Damaged(path, "its header continues after the closing brace");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string that is not valid UTF-8, or half of a surrogate pair.
            throw new CheckpointException(
                CheckpointProblem.Damaged,
                $"{path} is not a complete safetensors file: its header is not valid JSON ({fault.Message})",
                fault
            );
        }

        return new SafeTensorsHeader(entries, FileOrderOf(entries, dataBytes, path), metadata ?? new Dictionary<string, string>());
    }

    private static void CheckStorable(HostTensor tensor, HashSet<string> names)
    {
        if (string.IsNullOrEmpty(tensor.Name) || tensor.Name == MetadataKey)
            throw new ArgumentException($"{OneLine.Quote(tensor.Name ?? "")} cannot be the name of a tensor.", nameof(tensor));
        if (!names.Add(tensor.Name))
            throw new ArgumentException($"Two tensors are named {OneLine.Quote(tensor.Name)}.", nameof(tensor));
        var bytes = TensorEncoding.ByteCount(tensor.Type, tensor.Shape);
        if (bytes != tensor.Data.Length || tensor.Shape.Length > MostDimensions)
        {
            throw new ArgumentException(
                $"Tensor {OneLine.Quote(tensor.Name)} has {tensor.Data.Length} bytes, which is not what {tensor.Type} "
                    + $"{TensorMap.Describe(tensor.Shape)} takes.",
                nameof(tensor)
            );
        }
    }

    private static Dictionary<string, string> DecodeMetadata(ref Utf8JsonReader json, string path)
    {
        if (json.TokenType != JsonTokenType.StartObject)
            throw SafeTensors.Damaged(path, "its __metadata__ is not an object");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.String)
                throw SafeTensors.Damaged(path, $"{OneLine.Quote(key)} in its __metadata__ is not text");
            if (!metadata.TryAdd(key, json.GetString()!))
                throw SafeTensors.Damaged(path, $"{OneLine.Quote(key)} occurs twice in its __metadata__");
            if (metadata.Count > MostEntries)
                throw SafeTensors.Damaged(path, $"its __metadata__ has more than {MostEntries} texts");
        }

        return metadata;
    }

    private static Entry DecodeEntry(ref Utf8JsonReader json, string name, string path)
    {
        var quoted = OneLine.Quote(name);
        if (name.Length == 0)
            throw SafeTensors.Damaged(path, "a tensor has no name");
        if (json.TokenType != JsonTokenType.StartObject)
            throw SafeTensors.Damaged(path, $"the entry of {quoted} is not an object");
        TensorType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString()!;
            json.Read();
            switch (key)
            {
                case "dtype" when type is null:
                    type = DecodeType(ref json, quoted, path);
                    break;
                case "shape" when shape is null:
                    shape = DecodeIntegers(ref json, MostDimensions, $"the shape of {quoted}", path);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = DecodeIntegers(ref json, 2, $"the offsets of {quoted}", path);
                    break;
                default:
                    throw SafeTensors.Damaged(path, $"{OneLine.Quote(key)} in the entry of {quoted} is unknown or repeated");
            }
        }

        if (type is null || shape is null || offsets is null)
            throw SafeTensors.Damaged(
                path,
                $"the entry of {quoted} lacks {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}"
            );
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
            throw SafeTensors.Damaged(path, $"the offsets of {quoted} are not a valid range");
        if (TensorEncoding.ByteCount(type.Value, shape) is not { } bytes)
            throw SafeTensors.Damaged(path, $"the shape of {quoted}, {TensorMap.Describe(shape)}, is negative or too large");
        if (bytes != offsets[1] - offsets[0])
        {
            throw SafeTensors.Damaged(
                path,
                $"{quoted} is {TensorEncoding.NameOf(type.Value)} {TensorMap.Describe(shape)}, which takes {bytes} bytes, but its range "
                    + $"has {offsets[1] - offsets[0]}"
            );
        }

        if (bytes > Array.MaxLength)
            throw SafeTensors.Damaged(path, $"{quoted} has {bytes} bytes, more than the {Array.MaxLength} that one tensor may have here");
        return new Entry(name, type.Value, shape, offsets[0], offsets[1]);
    }

    private static TensorType DecodeType(ref Utf8JsonReader json, string quoted, string path)
    {
        if (json.TokenType != JsonTokenType.String)
            throw SafeTensors.Damaged(path, $"the dtype of {quoted} is not text");
        var name = json.GetString()!;
        return TensorEncoding.TypeNamed(name)
            ?? throw new CheckpointException(
                $"{path} cannot be read: {quoted} has the element type {OneLine.Quote(name)}; known are {TensorEncoding.KnownNames}"
            );
    }

    private static long[] DecodeIntegers(ref Utf8JsonReader json, int most, string what, string path)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw SafeTensors.Damaged(path, $"{what} is not a list");
        var numbers = new List<long>(4);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number))
                throw SafeTensors.Damaged(path, $"{what} holds something that is not a 64-bit integer");
            if (numbers.Count == most)
                throw SafeTensors.Damaged(path, $"{what} has more than {most} numbers");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>
    /// The tensors must fill the data from its first to its last byte: a gap could hide data, and an overlap lets a small file claim much
    /// memory.
    /// </summary>
    private static int[] FileOrderOf(List<Entry> entries, long dataBytes, string path)
    {
        int[] order = [.. Enumerable.Range(0, entries.Count).OrderBy(index => entries[index].Begin).ThenBy(index => entries[index].End)];
        long end = 0;
        foreach (var index in order)
        {
            var entry = entries[index];
            if (entry.Begin != end)
                throw SafeTensors.Damaged(
                    path,
                    $"{OneLine.Quote(entry.Name)} begins at byte {entry.Begin} {(entry.Begin < end ? "inside" : "after a gap behind")} "
                        + $"the tensor that ends at {end}"
                );
            end = entry.End;
        }

        if (end > dataBytes)
            throw SafeTensors.Damaged(path, $"it is truncated: {end} bytes of tensors are declared, {dataBytes} are present");
        if (end < dataBytes)
            throw SafeTensors.Damaged(path, $"{dataBytes - end} bytes follow the last tensor");
        return order;
    }
}
