namespace ActorColorize.Imaging.Integrity;

/// <summary>The blocks of a GIF, read without keeping its pixels.</summary>
/// <remarks>Source: GIF89a specification (CompuServe 1990).</remarks>
internal sealed record GifStructure
{
    private const int HeaderBytes = 13;
    private const int MostFrames = 100_000;

    /// <summary>Width of the canvas.</summary>
    public int Width { get; private init; }

    /// <summary>Height of the canvas.</summary>
    public int Height { get; private init; }

    /// <summary>Complete frames.</summary>
    public int Frames { get; private set; }

    /// <summary>Whether its first frame leaves pixels of the canvas open, or has a transparent colour.</summary>
    public bool HasAlpha { get; private set; }

    /// <summary>Whether the area of a frame becomes transparent when its time is over.</summary>
    public bool IsCleared { get; private set; }

    /// <summary>For how long each frame is shown, in hundredths of a second.</summary>
    public List<int> Delays { get; } = [];

    /// <summary>Whether the file ends before a frame is complete.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>What is wrong with its blocks or codes; null if nothing is.</summary>
    public string? Damage { get; private set; }

    /// <summary>Whether it ends with its end mark.</summary>
    public bool HasEnd { get; private set; }

    /// <summary>Reads the blocks of a file; null if it ends within its header.</summary>
    /// <param name="file">The GIF.</param>
    public static GifStructure? Read(Stream file)
    {
        var bytes = new ByteWindow(file) { Position = 0 };
        if (bytes.Read(HeaderBytes) is not { } header)
            return null;
        var gif = new GifStructure { Width = header[6] | (header[7] << 8), Height = header[8] | (header[9] << 8) };
        if (PaletteBytes(header[10]) is > 0 and var palette && bytes.Read(palette) is null)
            gif.IsTruncated = true;
        else
            gif.Blocks(bytes);
        return gif;
    }

    private void Blocks(ByteWindow bytes)
    {
        const int extension = 0x21,
            frame = 0x2C,
            end = 0x3B,
            graphicControl = 0xF9;
        const int toBackground = 2;
        var (isTransparent, delay) = (false, 0);
        while (Frames < MostFrames && !IsTruncated && Damage is null)
        {
            switch (bytes.ReadByte())
            {
                case extension:
                    var label = bytes.ReadByte();
                    IsTruncated = !SubBlocks(bytes, block =>
                    {
                        if (label != graphicControl || block.Length == 0)
                            return;
                        isTransparent |= (block[0] & 1) != 0;
                        IsCleared |= ((block[0] >> 2) & 7) == toBackground;
                        delay = block.Length > 2 ? block[1] | (block[2] << 8) : 0;
                    });
                    break;
                case frame:
                    Frame(bytes, isTransparent);
                    Delays.Add(delay);
                    (isTransparent, delay) = (false, 0);
                    break;
                case end:
                    HasEnd = true;
                    return;
                case < 0:
                    IsTruncated = Frames == 0;
                    return;
                case var other:
                    Damage = $"there is no block of kind {other}";
                    break;
            }
        }
    }

    private void Frame(ByteWindow bytes, bool isTransparent)
    {
        if (bytes.Read(9) is not { } descriptor || (PaletteBytes(descriptor[8]) is > 0 and var palette && bytes.Read(palette) is null))
        {
            IsTruncated = true;
            return;
        }

        int Word(int at) => descriptor[at] | (descriptor[at + 1] << 8);
        var (left, top, width, height) = (Word(0), Word(2), Word(4), Word(6));
        if (Frames == 0)
            HasAlpha = isTransparent || left > 0 || top > 0 || left + width < Width || top + height < Height;
        var codes = new GifCodes(bytes.ReadByte());
        IsTruncated = !SubBlocks(bytes, codes.Take);
        Damage = codes.Problem((long)width * height);
        Frames += IsTruncated || Damage is not null ? 0 : 1;
    }

    /// <summary>Passes blocks on until the empty one; false if the file ends before.</summary>
    private static bool SubBlocks(ByteWindow bytes, Action<byte[]> take)
    {
        for (int length; (length = bytes.ReadByte()) != 0; )
        {
            if (length < 0 || bytes.Read(length) is not { } block)
                return false;
            take(block);
        }

        return true;
    }

    private static int PaletteBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
}
