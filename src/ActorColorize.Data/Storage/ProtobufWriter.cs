using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ActorColorize.Data.Storage;

/// <summary>
/// Writes the few kinds of protobuf fields needed for files of other programs: TensorBoard's events, ONNX models. Source:
/// https://protobuf.dev/programming-guides/encoding (tag = number · 8 + wire type; wire types 0 varint, 1 eight bytes, 2 length-delimited,
/// 5 four bytes).
/// </summary>
public sealed class ProtobufWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(256);

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    /// <summary>An int32, int64, bool or enum; negative numbers take ten bytes.</summary>
    public ProtobufWriter Integer(int field, long value)
    {
        Varint(((ulong)field << 3) | 0);
        Varint((ulong)value);
        return this;
    }

    /// <summary>A double.</summary>
    public ProtobufWriter Double(int field, double value)
    {
        Varint(((ulong)field << 3) | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(sizeof(double)), value);
        buffer.Advance(sizeof(double));
        return this;
    }

    /// <summary>A float.</summary>
    public ProtobufWriter Float(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        BinaryPrimitives.WriteSingleLittleEndian(buffer.GetSpan(sizeof(float)), value);
        buffer.Advance(sizeof(float));
        return this;
    }

    /// <summary>Bytes.</summary>
    public ProtobufWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Prefix(field, value.Length);
        buffer.Write(value);
        return this;
    }

    /// <summary>
    /// Writes the tag and length of bytes or a message that are too large for the buffer and are written to the file separately.
    /// </summary>
    /// <param name="field">The field.</param>
    /// <param name="length">Bytes that follow.</param>
    public ProtobufWriter Prefix(int field, long length)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)length);
        return this;
    }

    /// <summary>Text.</summary>
    public ProtobufWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message within this one.</summary>
    public ProtobufWriter Message(int field, ProtobufWriter message) =>
        Bytes(field, (message ?? throw new ArgumentNullException(nameof(message))).Written);

    private void Varint(ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        buffer.Advance(length);
    }
}
