using System.Runtime.InteropServices;
using ActorColorize.Data.Sampling;
using ActorColorize.Data.Storage;
using ActorColorize.Imaging.Archives;
using SkiaSharp;

namespace ActorColorize.Imaging.Training;

/// <summary>
/// Decodes pictures to the square RGB tiles that a network is trained on, in sRGB: large JPEGs are reduced while they are decoded, the
/// square that the augmentation asks for is cut out and resampled (antialiased), mirrored if asked, and turned upright by its EXIF
/// orientation. A picture that already has the tile's size is copied without resampling. Transparent pixels are shown on white.
/// </summary>
/// <remarks>
/// Keeps its buffers from picture to picture, so that a stream of training pictures allocates almost nothing. Not thread-safe: one instance
/// per decoding task. JPEG, PNG and WebP are decoded by Skia, which is several times faster than libvips on small pictures; the others
/// are read as archive pictures.
/// </remarks>
/// <param name="limits">What a picture may be at most; <see cref="PictureLimits.Default"/> if null.</param>
public sealed class TrainingPictureDecoder(PictureLimits? limits = null) : IDisposable
{
    private readonly PictureLimits limits = limits ?? PictureLimits.Default;
    private readonly PinnedScratch file = new();
    private readonly PinnedScratch pixels = new();
    private readonly PinnedScratch tile = new();
    private readonly AreaResampler resampler = new();
    private readonly SKColorSpace srgb = SKColorSpace.CreateSrgb();
    private bool isDisposed;

    /// <summary>Decodes one picture.</summary>
    /// <param name="path">The picture file.</param>
    /// <param name="side">Side of the tile in pixels.</param>
    /// <param name="augmentation">Which square of the upright picture, and whether it is mirrored.</param>
    /// <param name="rgb_HWC">Receives the tile: <paramref name="side"/> × <paramref name="side"/> × 3 bytes, row by row, red green
    /// blue.</param>
    /// <returns>The picture's own size.</returns>
    /// <exception cref="ArgumentException">The buffer has another length.</exception>
    /// <exception cref="PictureException">The picture cannot be used; the content of the buffer is then undefined.</exception>
    public TileSource Decode(string path, int side, in Augmentation augmentation, Span<byte> rgb_HWC)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        if (rgb_HWC.Length != side * side * 3)
            throw new ArgumentException($"A tile of side {side} has {side * side * 3} bytes, not {rgb_HWC.Length}.", nameof(rgb_HWC));

        var length = ReadFile(path);
        var bytes = file.AtLeast(length);
        var (width, height) = PictureSignature.Read(path, bytes.AsSpan(0, Math.Min(length, PictureSignature.Length)))
            is PictureFormat.Jpeg
                or PictureFormat.Png
                or PictureFormat.WebP
            ? DecodeWithSkia(path, bytes, length, side, augmentation, rgb_HWC)
            : DecodeAsArchive(path, side, augmentation, rgb_HWC);
        file.Trim();
        pixels.Trim();
        return new TileSource(width, height, length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        srgb.Dispose();
    }

    private int ReadFile(string path)
    {
        try
        {
            using var handle = Files.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            limits.CheckBytes(path, length);
            if (length > Array.MaxLength)
                throw new PictureException(PictureProblem.TooLarge, $"{path}: {length:N0} bytes do not fit into memory.");
            var buffer = file.AtLeast((int)length);
            var read = 0;
            while (read < length)
            {
                var count = RandomAccess.Read(handle, buffer.AsSpan(read, (int)length - read), read);
                if (count == 0)
                    throw new PictureException(PictureProblem.Truncated, $"{path}: the file became shorter while it was read.");
                read += count;
            }

            return read;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw PictureFault.Opening(path, fault);
        }
    }

    private (int Width, int Height) DecodeWithSkia(
        string path,
        byte[] bytes,
        int length,
        int side,
        in Augmentation augmentation,
        Span<byte> rgb_HWC
    )
    {
        // The buffer is pinned for life, and data and codec end with this call: Skia reads it in place.
        using var data = SKData.Create(Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0), length);
        using var codec = SKCodec.Create(data)
            ?? throw new PictureException(PictureProblem.Unreadable, $"{path}: damaged at its beginning.");
        var full = codec.Info;
        limits.CheckPixels(path, full.Width, full.Height);
        // Counting the frames of a JPEG is free, but the property walks the file for formats that can move.
        if (codec.EncodedFormat is not SKEncodedImageFormat.Jpeg)
            limits.CheckFrames(path, Math.Max(1, codec.FrameCount));

        var turn = QuarterTurn.FromExif((int)codec.EncodedOrigin);
        var size = ReducedSize(codec, Math.Min(full.Width, full.Height) * augmentation.Extent, side);
        // JPEG has no alpha; for the others premultiplied pixels are quickest to put on white.
        var isOpaque = full.AlphaType == SKAlphaType.Opaque;
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, isOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul, srgb);
        if (info.BytesSize64 > Array.MaxLength)
            throw new PictureException(
                PictureProblem.TooLarge,
                $"{path}: {full.Width:N0} × {full.Height:N0} pixels do not fit into memory."
            );
        var rgba = pixels.AtLeast((int)info.BytesSize64);
        var result = codec.GetPixels(info, Marshal.UnsafeAddrOfPinnedArrayElement(rgba, 0), info.RowBytes, SKCodecOptions.Default);
        if (result != SKCodecResult.Success)
            throw Refusal(path, result);
        if (!isOpaque)
            PutOnWhite(rgba.AsSpan(0, (int)info.BytesSize64));
        CutTile(rgba, size.Width, size.Height, turn, side, augmentation, rgb_HWC);
        return turn.Transpose ? (full.Height, full.Width) : (full.Width, full.Height);
    }

    private (int Width, int Height) DecodeAsArchive(string path, int side, in Augmentation augmentation, Span<byte> rgb_HWC)
    {
        var header = ArchivePicture.Inspect(path, limits);
        var reduction = Math.Min(1, side / (Math.Min(header.Width, header.Height) * augmentation.Extent));
        var size = new ThumbnailSize((int)Math.Ceiling(header.Width * reduction), (int)Math.Ceiling(header.Height * reduction));
        var rgb = ArchivePicture.MakeThumbnail(path, header, size).Rgb_HWC;
        var rgba = pixels.AtLeast(size.Width * size.Height * 4);
        for (var pixel = 0; pixel < size.Width * size.Height; pixel++)
            rgb.AsSpan(pixel * 3, 3).CopyTo(rgba.AsSpan(pixel * 4));
        CutTile(rgba, size.Width, size.Height, QuarterTurn.None, side, augmentation, rgb_HWC);
        return (header.Width, header.Height);
    }

    /// <summary>
    /// The smallest size of 1/8, 1/4, 1/2 and 1/1 at which the cut still has as many pixels as the tile; codecs that cannot reduce answer
    /// with the full size.
    /// </summary>
    private static SKSizeI ReducedSize(SKCodec codec, double extent, int side)
    {
        var full = codec.Info.Size;
        for (var divisor = 8; divisor > 1; divisor /= 2)
        {
            if (extent / divisor < side)
                continue;
            var reduced = codec.GetScaledDimensions(1f / divisor);
            if (Math.Min(reduced.Width, reduced.Height) * extent >= (double)side * Math.Min(full.Width, full.Height))
                return reduced;
        }

        return full;
    }

    private void CutTile(byte[] rgba, int width, int height, QuarterTurn turn, int side, in Augmentation augmentation, Span<byte> rgb_HWC)
    {
        var square = (double)Math.Min(width, height);
        var (left, top) = turn.ToFile(augmentation.Left, augmentation.Top, augmentation.Extent);
        left = ((width - square) / 2) + (left * square);
        top = ((height - square) / 2) + (top * square);
        var extent = augmentation.Extent * square;
        if (augmentation.Flip)
            turn = turn.ThenFlip();

        if (Math.Abs(extent - side) < 1e-6)
        {
            // Nothing to resample; half a pixel of offset (an odd remainder) is not worth a blur.
            var x = Math.Clamp((int)Math.Floor(left), 0, width - side);
            var y = Math.Clamp((int)Math.Floor(top), 0, height - side);
            PixelPacking.Tile(rgba.AsSpan(((y * width) + x) * 4), width * 4, side, turn, rgb_HWC);
            return;
        }

        var resampled = tile.AtLeast(side * side * 4);
        resampler.Resample(rgba, width, height, left, top, extent, extent, resampled, side);
        PixelPacking.Tile(resampled, side * 4, side, turn, rgb_HWC);
    }

    private static void PutOnWhite(Span<byte> premultiplied)
    {
        for (var i = 0; i + 3 < premultiplied.Length; i += 4)
        {
            var rest = (byte)(255 - premultiplied[i + 3]);
            premultiplied[i] += rest;
            premultiplied[i + 1] += rest;
            premultiplied[i + 2] += rest;
        }
    }

    private static PictureException Refusal(string path, SKCodecResult result) =>
        result switch
        {
            SKCodecResult.IncompleteInput => new(PictureProblem.Truncated, $"{path}: the file ends before the picture does."),
            SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => new(PictureProblem.Unreadable, $"{path}: damaged."),
            SKCodecResult.InvalidConversion or SKCodecResult.Unimplemented => new(
                PictureProblem.Unsupported,
                $"{path}: this kind of picture is not supported ({result})."
            ),
            _ => new(PictureProblem.Unreadable, $"{path}: cannot be decoded ({result})."),
        };
}
