using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// A whole picture in native memory: rows without gaps, channels interleaved. Native memory, since a large picture exceeds the size of a
/// .NET array, and libvips reads it in place.
/// </summary>
internal sealed unsafe class NativePixels : IDisposable
{
    private readonly Enums.BandFormat format;
    private IntPtr memory;

    /// <summary>Decodes a picture into memory.</summary>
    /// <exception cref="VipsException">It cannot be decoded.</exception>
    public NativePixels(Image image)
    {
        Width = image.Width;
        Height = image.Height;
        Bands = image.Bands;
        format = image.Format;
        memory = image.WriteToMemory(out var bytes);
        Bytes = bytes;
    }

    public int Width { get; }

    public int Height { get; }

    public int Bands { get; }

    public ulong Bytes { get; }

    public bool IsWide => format == Enums.BandFormat.Ushort;

    /// <summary>The samples of a row: bytes, or 16-bit words in the machine's order.</summary>
    public Span<T> Row<T>(int y)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(memory == 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return new Span<T>((T*)memory + ((long)y * Width * Bands), Width * Bands);
    }

    /// <summary>A picture that reads this memory in place; use it before this is disposed.</summary>
    public Image ToImage()
    {
        ObjectDisposedException.ThrowIf(memory == 0, this);
        using var raw = Image.NewFromMemory(memory, Bytes, Width, Height, Bands, format);
        return raw.Copy(interpretation: IsWide ? Enums.Interpretation.Rgb16 : Enums.Interpretation.Srgb);
    }

    public void Dispose()
    {
        if (memory != 0)
            NetVips.NetVips.Free(memory);
        memory = 0;
    }
}
