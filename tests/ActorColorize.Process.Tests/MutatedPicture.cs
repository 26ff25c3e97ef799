using System.Buffers.Binary;

namespace ActorColorize.Process.Tests;

/// <summary>Changes picture files as bad disks, cut transfers and hostile senders do.</summary>
internal static class MutatedPicture
{
    /// <summary>The files that mutants are made of: <c>ACTORCOLORIZE_MUTANTS_SOURCES</c>, or the committed fixtures.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Sources()
    {
        var folder = Environment.GetEnvironmentVariable("ACTORCOLORIZE_MUTANTS_SOURCES") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Installation.Root, "tests", "ActorColorize.Imaging.Tests", "Fixtures");
        const long largest = 200_000;
        List<(string, byte[])> sources =
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(static path => Path.GetExtension(path) is ".jpg" or ".png" or ".webp" or ".tif" or ".gif" or ".bmp")
                .Where(static path => new FileInfo(path).Length is > 0 and <= largest)
                .Order(StringComparer.Ordinal)
                .Select(static path => (Path.GetFileName(path), File.ReadAllBytes(path))),
        ];
        Assert.NotEmpty(sources);
        return sources;
    }

    /// <summary>A mutant.</summary>
    /// <param name="sound">The file.</param>
    /// <param name="other">Another one, to splice with.</param>
    /// <param name="random">Decides.</param>
    public static byte[] Of(byte[] sound, byte[] other, Random random)
    {
        var mutant = (byte[])sound.Clone();
        return random.Next(8) switch
        {
            0 => mutant[..random.Next(mutant.Length)],
            1 => WithFlips(mutant, random),
            2 => WithBytes(mutant, random),
            3 => WithZeros(mutant, random),
            4 => WithoutPart(mutant, random),
            5 => WithHead(mutant, other, random),
            6 => WithNumber(mutant, random),
            _ => WithNumber(WithFlips(mutant, random), random),
        };
    }

    private static byte[] WithFlips(byte[] mutant, Random random)
    {
        for (var flips = 1 << random.Next(6); flips > 0; flips--)
            mutant[random.Next(mutant.Length)] ^= (byte)(1 << random.Next(8));
        return mutant;
    }

    private static byte[] WithBytes(byte[] mutant, Random random)
    {
        var (at, length) = Part(mutant, random);
        random.NextBytes(mutant.AsSpan(at, length));
        return mutant;
    }

    private static byte[] WithZeros(byte[] mutant, Random random)
    {
        var (at, length) = Part(mutant, random);
        mutant.AsSpan(at, length).Clear();
        return mutant;
    }

    private static byte[] WithoutPart(byte[] mutant, Random random)
    {
        var (at, length) = Part(mutant, random);
        return [.. mutant.AsSpan(0, at), .. mutant.AsSpan(at + length)];
    }

    // The head of one file on the body of another
    private static byte[] WithHead(byte[] mutant, byte[] other, Random random)
    {
        var head = random.Next(Math.Min(mutant.Length, 600));
        return [.. mutant.AsSpan(0, head), .. other.AsSpan(random.Next(other.Length))];
    }

    // Lengths, counts and offsets: a number at the extremes, in either byte order, mostly in the headers
    private static byte[] WithNumber(byte[] mutant, Random random)
    {
        ReadOnlySpan<uint> extremes = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];
        var value = extremes[random.Next(extremes.Length)];
        if (mutant.Length < sizeof(uint))
            return mutant;
        var reach = random.Next(3) == 0 ? mutant.Length : Math.Min(mutant.Length, 512);
        var place = mutant.AsSpan(random.Next(reach - sizeof(uint) + 1));
        switch (random.Next(4))
        {
            case 0:
                BinaryPrimitives.WriteUInt32LittleEndian(place, value);
                break;
            case 1:
                BinaryPrimitives.WriteUInt32BigEndian(place, value);
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)value);
                break;
            default:
                BinaryPrimitives.WriteUInt16BigEndian(place, (ushort)value);
                break;
        }

        return mutant;
    }

    private static (int At, int Length) Part(byte[] mutant, Random random)
    {
        var at = random.Next(mutant.Length);
        return (at, Math.Min(mutant.Length - at, 1 + random.Next(Math.Max(1, mutant.Length / 8))));
    }
}
