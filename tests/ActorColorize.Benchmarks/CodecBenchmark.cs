using System.Diagnostics;
using System.Globalization;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Codecs;
using NetVips;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Image = NetVips.Image;

namespace ActorColorize.Benchmarks;

/// <summary>What both codecs read and how fast, side by side: one photograph in every format, whole and as the network sees it.</summary>
internal static class CodecBenchmark
{
    private const int Width = 2400;
    private const int Height = 1600;
    private const double Megapixels = Width * Height / 1e6;

    private static readonly PictureCodec[] Codecs = [PictureCodec.Vips, PictureCodec.ImageSharp];

    internal static void Run(string photograph, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName;
        Console.WriteLine($"codecs: {Width}×{Height} pixels, megapixels per second on one core, median of {rounds} rounds in turn");
        Console.WriteLine($"{"", -18} {"vips full", 12} {"small", 10} {"imagesharp full", 18} {"small", 10}");
        ArchiveImaging.EnsureReady();
        ArchiveImaging.ThreadsPerPicture = 1;
        foreach (var path in Write(photograph, folder))
        {
            var rates = Codecs.ToDictionary(static codec => codec, static _ => (Full: new List<double>(), Small: new List<double>()));
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var codec in Codecs)
                {
                    if (Rates(path, codec) is not var (full, small) || round == 0)
                        continue;
                    rates[codec].Full.Add(full);
                    rates[codec].Small.Add(small);
                }
            }

            var words = Codecs.SelectMany(codec => new[] { Median(rates[codec].Full), Median(rates[codec].Small) }).ToArray();
            Console.WriteLine($"{Path.GetFileName(path), -18} {words[0], 12} {words[1], 10} {words[2], 18} {words[3], 10}");
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Pixels per second of decoding and of making a thumbnail; null if the codec does not read the picture.</summary>
    private static (double Full, double Small)? Rates(string path, PictureCodec codec)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            var header = ArchivePicture.Inspect(path, PictureLimits.Default, codec);
            using (var file = ArchiveFile.Open(path, PictureLimits.Default))
                PictureCodecs
                    .Of(codec)
                    .Pixels(file, header, static image =>
                    {
                        using var pixels = new NativePixels(image);
                        return pixels.Width;
                    });
            var full = Megapixels / clock.Elapsed.TotalSeconds;
            clock.Restart();
            ArchivePicture.MakeThumbnail(path, header, ThumbnailSize.For(Width, Height, 256));
            return (full, Megapixels / clock.Elapsed.TotalSeconds);
        }
        catch (PictureException refused) when (refused.Problem == PictureProblem.Unsupported)
        {
            return null;
        }
    }

    private static string Median(List<double> rates) =>
        rates.Count == 0 ? "–" : rates.Order().ElementAt(rates.Count / 2).ToString("0", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Write(string photograph, string folder)
    {
        using var opened = Image.Thumbnail(photograph, Width, height: Height, size: Enums.Size.Force);
        using var color = opened.Colourspace(Enums.Interpretation.Srgb).ExtractBand(0, n: 3).CopyMemory();
        using var grey = color.Colourspace(Enums.Interpretation.Bw).ExtractBand(0).CopyMemory();
        string At(string name, byte[] bytes)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path, bytes);
            return path;
        }

        yield return At("grey.jpg", grey.JpegsaveBuffer(q: 92));
        yield return At("colour.jpg", color.JpegsaveBuffer(q: 92));
        yield return At("progressive.jpg", color.JpegsaveBuffer(q: 92, interlace: true));
        yield return At("colour.png", color.PngsaveBuffer());
        yield return At("colour.webp", color.WebpsaveBuffer(q: 90));
        yield return At("lzw.tif", color.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw));
        yield return At("plain.tif", color.TiffsaveBuffer());
        yield return At("tiled.tif", color.TiffsaveBuffer(tile: true));
        yield return At("cmyk.jpg", color.Colourspace(Enums.Interpretation.Cmyk).JpegsaveBuffer(q: 92));

        using var picture = SixLabors.ImageSharp.Image.LoadPixelData<Rgb24>(color.WriteToMemory<byte>(), Width, Height);
        foreach (var extension in new[] { "bmp", "tga", "ppm", "gif" })
        {
            var path = Path.Combine(folder, $"colour.{extension}");
            picture.Save(path);
            yield return path;
        }
    }
}
