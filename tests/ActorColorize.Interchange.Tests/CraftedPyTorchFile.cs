using System.IO.Compression;
using System.Text;

namespace ActorColorize.Interchange.Tests;

/// <summary>Archives and pickles put together by hand, as no PyTorch writes them.</summary>
internal static class CraftedPyTorchFile
{
    /// <summary>The pickle of {'w': tensor}, with the numbers that a test wants to be wrong.</summary>
    public static byte[] Pickle(
        string storage = "FloatStorage",
        string key = "0",
        int elements = 4,
        int offset = 0,
        int[]? shape = null,
        int[]? strides = null
    ) =>
        [
            0x80,
            2,
            .. "}("u8,
            .. Text("w"),
            .. Name("torch._utils", "_rebuild_tensor_v2"),
            .. "(("u8,
            .. Text("storage"),
            .. Name("torch", storage),
            .. Text(key),
            .. Text("cpu"),
            .. Integer(elements),
            .. "tQ"u8,
            .. Integer(offset),
            .. Tuple(shape ?? [4]),
            .. Tuple(strides ?? [1]),
            0x89,
            .. Name("collections", "OrderedDict"),
            .. ")RtRu."u8,
        ];

    public static byte[] Text(string text) =>
        [(byte)'X', .. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Name(string module, string name) => [(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")];

    public static byte[] Integer(int number) => [(byte)'J', .. BitConverter.GetBytes(number)];

    public static byte[] Tuple(params int[] numbers) => [(byte)'(', .. numbers.SelectMany(Integer), (byte)'t'];

    /// <summary>Writes an archive of the given pickle and one storage of four floats, 1 to 4.</summary>
    public static void Write(string path, byte[] pickle, CompressionLevel compression = CompressionLevel.NoCompression) =>
        Write(path, compression, ("a/data.pkl", pickle), ("a/data/0", [.. ((float[])[1, 2, 3, 4]).SelectMany(BitConverter.GetBytes)]));

    public static void Write(string path, CompressionLevel compression, params (string Name, byte[] Content)[] records)
    {
        using var file = File.Create(path);
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        foreach (var (name, content) in records)
        {
            using var entry = zip.CreateEntry(name, compression).Open();
            entry.Write(content);
        }
    }
}
