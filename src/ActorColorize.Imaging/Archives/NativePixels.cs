using System.Runtime.InteropServices;
using NetVips;

namespace ActorColorize.Imaging.Archives;

/// <summary>
/// A whole picture in native memory: rows without gaps, channels interleaved. Native memory, since a large picture exceeds the size of a
/// .NET array, and libvips reads it in place.
/// </summary>
internal sealed unsafe partial class NativePixels : IDisposable
{
    // Fewer faults: where pages are taken for the first time, a fault for each 4 KB takes longer than filling them.
    private const ulong LargeBytes = 4 << 20;
    private const nuint HugePage = 2 << 20;
    private const nuint Alignment = 64;
    private const int HugePages = 14; // sys/mman.h

    private readonly Enums.BandFormat format;
    private readonly bool isOwn;
    private IntPtr memory;

    /// <summary>Memory for a picture, with undefined pixels.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="bands">Channels: 1 and 2 are grey, 3 and 4 RGB; the last of 2 and 4 is alpha.</param>
    /// <param name="isWide">Whether a sample has 16 bits rather than 8.</param>
    public NativePixels(int width, int height, int bands, bool isWide)
    {
        (Width, Height, Bands, isOwn) = (width, height, bands, true);
        format = isWide ? Enums.BandFormat.Ushort : Enums.BandFormat.Uchar;
        Bytes = (ulong)width * (ulong)height * (ulong)bands * (isWide ? 2UL : 1UL);
        memory = (IntPtr)NativeMemory.AlignedAlloc((nuint)Bytes, Bytes >= LargeBytes ? HugePage : Alignment);
        if (OperatingSystem.IsLinux() && Bytes >= LargeBytes)
            _ = Advise(memory, (nuint)Bytes / HugePage * HugePage, HugePages);
    }

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

    /// <summary>All samples as bytes, of a picture of at most 2 GiB.</summary>
    public Span<byte> AllBytes()
    {
        ObjectDisposedException.ThrowIf(memory == 0, this);
        return new Span<byte>((void*)memory, checked((int)Bytes));
    }

    /// <summary>A picture that reads this memory in place; use it before this is disposed.</summary>
    public Image ToImage()
    {
        ObjectDisposedException.ThrowIf(memory == 0, this);
        using var raw = Image.NewFromMemory(memory, Bytes, Width, Height, Bands, format);
        return raw.Copy(interpretation: Interpretation(Bands, IsWide));
    }

    /// <summary>What libvips calls the colour model of pixels with so many channels.</summary>
    public static Enums.Interpretation Interpretation(int bands, bool isWide) =>
        (bands <= 2, isWide) switch
        {
            (true, false) => Enums.Interpretation.Bw,
            (true, true) => Enums.Interpretation.Grey16,
            (false, false) => Enums.Interpretation.Srgb,
            (false, true) => Enums.Interpretation.Rgb16,
        };

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    public void Dispose()
    {
        if (memory != 0 && isOwn)
            NativeMemory.AlignedFree((void*)memory);
        else if (memory != 0)
            NetVips.NetVips.Free(memory);
        memory = 0;
    }
}
