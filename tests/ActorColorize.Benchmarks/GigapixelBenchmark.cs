using System.Diagnostics;
using System.Globalization;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Benchmarks;

/// <summary>
/// What the largest pictures take: a TIFF of 30,000×30,000 pixels and a JPEG of 20,000×20,000 are read as an archive's pictures are, and
/// written in colour; peak resident memory by the kernel's count (VmHWM), reset before each.
/// </summary>
internal static class GigapixelBenchmark
{
    internal static void Run(int tiffSide, int jpegSide)
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName;
        ArchiveImaging.EnsureReady();
        ArchiveImaging.ThreadsPerPicture = 1;
        try
        {
            Measure(Path.Combine(folder, "large.tif"), tiffSide, static (image, path) => image.Tiffsave(path, bigtiff: true));
            Measure(Path.Combine(folder, "large.jpg"), jpegSide, static (image, path) => image.Jpegsave(path, q: 90));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string path, int side, Action<Image, string> save)
    {
        using (var places = Image.Xyz(side, side))
        using (var waves = (places[0] / 40).Math(Enums.OperationMath.Sin) * (places[1] / 55).Math(Enums.OperationMath.Cos))
        using (var grey = (waves * 90 + 120).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Bw))
            save(grey, path);

        var limits = PictureLimits.Default with { MaximumPixels = (long)side * side, MaximumBytes = long.MaxValue };
        ResetPeak();
        var before = Peak();
        var clock = Stopwatch.StartNew();
        var header = ArchivePicture.Verify(path, ArchivePicture.Inspect(path, limits));
        var thumbnail = ArchivePicture.MakeThumbnail(path, header, ThumbnailSize.For(side, side, 256));
        var read = (clock.Elapsed, Peak());
        clock.Restart();
        var ab = new AbPlane(2, 2, [18, -12, 18, -12, 15, 15, 15, 15]);
        Recomposer.Recompose(
            path,
            header,
            thumbnail,
            ab,
            new RecomposeOptions(),
            Path.Combine(Path.GetDirectoryName(path)!, "out", Path.GetFileName(path))
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(path)}: {side:N0}×{side:N0}, {new FileInfo(path).Length / 1e6:N0} MB; before {before:N0} MB; read in "
                    + $"{read.Elapsed.TotalSeconds:0} s, peak {read.Item2:N0} MB; written in "
                    + $"{clock.Elapsed.TotalSeconds:0} s, peak {Peak():N0} MB "
                    + $"(estimate {Recomposer.EstimateBytes(header) / 1e6:N0} MB)"
            )
        );
    }

    private static void ResetPeak()
    {
        GC.Collect();
        const string peakOfMemory = "5";
        File.WriteAllText("/proc/self/clear_refs", peakOfMemory);
    }

    private static long Peak() =>
        long.Parse(
            File.ReadLines("/proc/self/status")
                .First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) / 1000;
}
