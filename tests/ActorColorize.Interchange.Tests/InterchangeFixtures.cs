using System.Runtime.InteropServices;

namespace ActorColorize.Interchange.Tests;

/// <summary>What scripts/make_interchange_fixtures.py wrote with PyTorch.</summary>
internal static class InterchangeFixtures
{
    public const int Batch = 2;
    public const int Height = 64;
    public const int Width = 96;

    /// <summary>Two photographs, 8-bit sRGB, [2, 64, 96, 3].</summary>
    public static byte[] Rgb => File.ReadAllBytes(Path("pictures-2x64x96x3.bin"));

    /// <summary>
    /// What PyTorch's network with the weights of narrow-seed7.pth makes of them in double precision: ab, [2, 2, 64, 96].
    /// </summary>
    public static float[] Ab => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path("narrow-seed7-ab-2x2x64x96.bin"))).ToArray();

    public static string Path(string name) => System.IO.Path.Join(AppContext.BaseDirectory, "Fixtures", name);
}
