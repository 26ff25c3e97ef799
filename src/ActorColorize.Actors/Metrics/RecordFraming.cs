using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace ActorColorize.Actors.Metrics;

/// <summary>
/// TFRecord framing: length (8 bytes little-endian), masked CRC-32C of the length, payload, masked CRC-32C of the payload. Source:
/// https://www.tensorflow.org/tutorials/load_data/tfrecord, section "TFRecords format details". CRC-32C (Castagnoli): RFC 3720, appendix
/// B.4.
/// </summary>
internal static class RecordFraming
{
    private const uint MaskDelta = 0xa282ead8;
    private const int LengthBytes = 8;
    private const int ChecksumBytes = 4;

    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[LengthBytes + ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[LengthBytes..], Masked(Crc32C(head[..LengthBytes])));
        output.Write(head);
        output.Write(payload);
        Span<byte> tail = stackalloc byte[ChecksumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Masked(Crc32C(payload)));
        output.Write(tail);
    }

    /// <summary>CRC-32C; one instruction per 8 bytes on most processors.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes)
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }

    /// <summary>Masked, since a checksum of data that contains checksums is weak otherwise.</summary>
    public static uint Masked(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;
}
