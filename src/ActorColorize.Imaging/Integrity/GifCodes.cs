namespace ActorColorize.Imaging.Integrity;

/// <summary>Counts the pixels that the LZW codes of a GIF's frame stand for, from the lengths of their strings alone.</summary>
/// <param name="bits">Bits of a colour's number, as the frame says.</param>
internal sealed class GifCodes(int bits)
{
    private const int MostCodes = 4096;

    private readonly int[] lengths = [.. Enumerable.Repeat(1, MostCodes + 1)];
    private readonly int clear = bits is >= 1 and <= 11 ? 1 << bits : 0;
    private int width = bits + 1;
    private int next;
    private int previous = -1;
    private int held;
    private int heldBits;
    private long pixels;
    private bool isOver;
    private bool isDamaged;

    /// <summary>Takes the next bytes.</summary>
    public void Take(byte[] block)
    {
        foreach (var value in block)
        {
            held |= value << heldBits;
            heldBits += 8;
            while (heldBits >= width && clear > 0 && !isOver && !isDamaged)
            {
                var code = held & ((1 << width) - 1);
                held >>= width;
                heldBits -= width;
                Take(code);
            }

            if (clear == 0 || isOver || isDamaged)
                (held, heldBits) = (0, 0);
        }
    }

    /// <summary>What is wrong with the codes of a frame of so many pixels; null if nothing is.</summary>
    public string? Problem(long expected) =>
        clear == 0 ? $"its codes have {bits} bits"
        : isDamaged ? "an invalid LZW code"
        : pixels < expected ? $"its codes stand for {pixels:N0} pixels of {expected:N0}"
        : null;

    private void Take(int code)
    {
        if (code == clear)
        {
            (width, next, previous) = (bits + 1, clear + 2, -1);
            return;
        }

        if (code == clear + 1)
        {
            isOver = true;
            return;
        }

        if (previous < 0)
        {
            // The first code is a colour.
            isDamaged = code > clear;
            next = clear + 2;
        }
        else if (code > next || (code == next && next >= MostCodes))
        {
            isDamaged = true;
        }
        else if (next < MostCodes)
        {
            lengths[next++] = lengths[previous] + 1;
            if (next == 1 << width && width < 12)
                width++;
        }

        pixels += isDamaged ? 0 : lengths[code];
        previous = code;
    }
}
