using System.Text;

namespace ActorColorize.Data.Storage;

/// <summary>
/// Many names or paths in one block of UTF-8: string objects would take three times the memory and add a million objects for the garbage
/// collector to trace. Each name ends in a zero byte (no name can contain one), so it can be passed to a system call directly.
/// </summary>
internal sealed class PackedNames
{
    private byte[] bytes = [];
    private int used;
    private int[] starts = [];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var rest = bytes.AsSpan(starts[index], used - starts[index]);
            return rest[..rest.IndexOf((byte)0)];
        }
    }

    public string Text(int index) => Encoding.UTF8.GetString(this[index]);

    public void Add(ReadOnlySpan<byte> name) => name.CopyTo(Reserve(name.Length));

    public void Add(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name)
    {
        var space = Reserve(prefix.Length + name.Length);
        prefix.CopyTo(space);
        name.CopyTo(space[prefix.Length..]);
    }

    public void Add(ReadOnlySpan<char> name) => Encoding.UTF8.GetBytes(name, Reserve(Encoding.UTF8.GetByteCount(name)));

    /// <summary>Sorts the names by their bytes, which is the order of their code points on every system.</summary>
    public void Sort() => starts.AsSpan(0, Count).Sort((left, right) => NameAt(left).SequenceCompareTo(NameAt(right)));

    /// <summary>The index of the first name that is not below a prefix; of sorted names only.</summary>
    public int LowerBound(ReadOnlySpan<byte> prefix)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (this[middle].SequenceCompareTo(prefix) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Trims the unused capacity.</summary>
    public void Trim()
    {
        Array.Resize(ref bytes, used);
        Array.Resize(ref starts, Count);
    }

    private ReadOnlySpan<byte> NameAt(int start)
    {
        var rest = bytes.AsSpan(start, used - start);
        return rest[..rest.IndexOf((byte)0)];
    }

    private Span<byte> Reserve(int length)
    {
        var end = checked(used + length + 1);
        if (end > bytes.Length)
            Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(end, Math.Max(256, bytes.Length * 2L))));
        if (Count == starts.Length)
            Array.Resize(ref starts, Math.Max(16, Count * 2));
        starts[Count++] = used;
        var space = bytes.AsSpan(used, length);
        bytes[end - 1] = 0;
        used = end;
        return space;
    }
}
