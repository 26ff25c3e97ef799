using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Security.Cryptography;
using System.Text;
using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Datasets;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Integrity;
using ActorColorize.Imaging.Metadata;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol.Serialization;

namespace ActorColorize.Fuzzing;

/// <summary>
/// The product's own parsers of foreign bytes. Each takes an input and may refuse it with the exceptions that it documents; any other
/// exception ends the process, which the fuzzer reports.
/// </summary>
internal static class FuzzTargets
{
    private const string Name = "input";

    /// <summary>A little-endian TIFF of one directory with one entry, as a result to carry metadata into.</summary>
    private static readonly byte[] EmptyTiff = Convert.FromHexString("49492A0008000000010000010400010000000100000000000000");

    private static readonly byte[] EmptyWebP = [.. "RIFF"u8, 12, 0, 0, 0, .. "WEBPVP8L"u8, 0, 0, 0, 0];

    private static readonly string Scratch = Path.Combine(Path.GetTempPath(), $"actorcolorize-fuzzing-{Environment.ProcessId}");

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } =
        new Dictionary<string, Action<byte[]>>(StringComparer.Ordinal)
        {
            ["jpeg"] = Jpeg,
            ["png"] = Png,
            ["tiff"] = Tiff,
            ["webp"] = WebP,
            ["rasters"] = Rasters,
            ["safetensors"] = Safetensors,
            ["pickle"] = Pickle,
            ["lists"] = Lists,
            ["manifest"] = Manifest,
            ["results"] = Results,
            ["protocol"] = Protocol,
        };

    /// <summary>Made anew each time: instrumented code must not run before the fuzzer has shared its memory.</summary>
    private static MetadataEdits Edits => new(IsTurned: true, SwapsSides: true, static () => [0xFF, 0xD8, 0xFF, 0xD9]);

    private static void Jpeg(byte[] input) =>
        Picture(() =>
        {
            if (IsLargeJpeg(input))
                return; // the product refuses it before it checks it
            if (JpegIntegrity.Check(Name, new MemoryStream(input)).Damage is null)
                JpegMetadata.Carry(Name, new MemoryStream(input), Edits);
        });

    /// <summary>Whether the bytes of a frame header with many pixels are anywhere.</summary>
    private static bool IsLargeJpeg(ReadOnlySpan<byte> input)
    {
        const int headerBytes = 9,
            largest = 1_000_000;
        for (var i = 0; i + headerBytes <= input.Length; i++)
        {
            if (
                input[i] == 0xFF
                && input[i + 1] is 0xC0 or 0xC1 or 0xC2
                && (long)BinaryPrimitives.ReadUInt16BigEndian(input[(i + 5)..]) * BinaryPrimitives.ReadUInt16BigEndian(input[(i + 7)..])
                    > largest
            )
                return true;
        }

        return false;
    }

    private static void Png(byte[] input) =>
        Picture(() =>
        {
            var stream = new MemoryStream(input);
            PngMetadata.IsTruncated(stream);
            PngMetadata.Resolution(stream);
            PngMetadata.FrameCount(stream);
            PngMetadata.ColorSpace(stream);
            PngMetadata.IsBilevel(stream);
            PngMetadata.Carry(stream, Edits);
            PngIntegrity.Check(Name, stream);
        });

    private static void Tiff(byte[] input) =>
        Picture(() =>
        {
            var stream = new MemoryStream(input);
            TiffMetadata.IsTruncated(stream);
            var pages = TiffPage.ReadAll(stream);
            foreach (var page in pages)
                TiffIntegrity.Check(Name, stream, page);
            for (var page = 0; page < pages.Count; page++)
            {
                TiffMetadata.Compression(stream, page);
                using var target = new MemoryStream();
                target.Write(EmptyTiff);
                TiffMetadata.Carry(stream, target, Edits, page);
            }
        });

    private static void WebP(byte[] input) =>
        Picture(() =>
        {
            var stream = new MemoryStream(input);
            WebPMetadata.IsTruncated(stream);
            WebPMetadata.IsLossless(stream);
            using var target = new MemoryStream();
            WebPMetadata.Carry(stream, EmptyWebP, 1, 1, hasAlpha: false, Edits, target);
        });

    private static void Rasters(byte[] input) =>
        Picture(() =>
        {
            var stream = new MemoryStream(input);
            BmpIntegrity.Check(Name, stream);
            TgaIntegrity.Check(Name, stream);
            PnmIntegrity.Check(Name, stream);
            GifIntegrity.Check(Name, stream);
        });

    private static void Safetensors(byte[] input)
    {
        try
        {
            SafeTensors.Read(new MemoryStream(input), input.Length, Name);
        }
        catch (CheckpointException)
        {
            // refused
        }
    }

    private static void Pickle(byte[] input)
    {
        try
        {
            var at = 0;
            PickleMachine.Run(input, ref at, Name);
        }
        catch (CheckpointException)
        {
            // refused
        }
    }

    private static void Lists(byte[] input)
    {
        var (lists, pictures) = (Path.Combine(Scratch, "data"), Path.Combine(Scratch, "images"));
        Directory.CreateDirectory(lists);
        Directory.CreateDirectory(pictures);
        var halves = Array.IndexOf(input, (byte)0) is >= 0 and var end ? end : input.Length;
        File.WriteAllBytes(Path.Combine(lists, "categories.txt"), input[..halves]);
        File.WriteAllBytes(Path.Combine(lists, "train.txt"), input[Math.Min(input.Length, halves + 1)..]);
        try
        {
            DatasetLayout.OpenAll(Scratch);
        }
        catch (DatasetException)
        {
            // refused
        }
    }

    /// <summary>With the checksum that the content should have.</summary>
    private static void Manifest(byte[] input)
    {
        var checksum = ManifestFile.ChecksumBegin + Convert.ToHexStringLower(SHA256.HashData(input)) + ManifestFile.ChecksumEnd;
        try
        {
            ManifestFile.Decode([.. input, .. Encoding.UTF8.GetBytes(checksum)], Name);
        }
        catch (CheckpointException)
        {
            // refused
        }
    }

    private static void Results(byte[] input)
    {
        Directory.CreateDirectory(Scratch);
        var path = Path.Combine(Scratch, JobManifest.FileName);
        File.WriteAllBytes(path, input);
        foreach (var line in JobManifest.Read(path))
            JobManifest.ToText(line);
    }

    /// <summary>A manifest, a zero byte, and the message's bytes.</summary>
    private static void Protocol(byte[] input)
    {
        var end = Math.Max(0, Array.IndexOf(input, (byte)0));
        try
        {
            new MessageBytes(Encoding.UTF8.GetString(input, 0, end), input.AsMemory(Math.Min(input.Length, end + 1))).ToMessage();
        }
        catch (SerializationException)
        {
            // refused
        }
    }

    private static void Picture(Action parse)
    {
        try
        {
            parse();
        }
        catch (PictureException)
        {
            // refused
        }
    }
}
