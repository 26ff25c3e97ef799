using ActorColorize.Actors.CodecProcess;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;

namespace ActorColorize.Benchmarks;

/// <summary>Reading and recomposing pictures in processes of their own, beside the same work in this process.</summary>
internal static class IsolatedCodecBenchmark
{
    private const int NetworkSide = 128;
    private const double Promised = 0.8;

    /// <summary>Measures both.</summary>
    /// <param name="pictures">Paths of pictures.</param>
    /// <param name="threads">Pictures side by side.</param>
    /// <param name="rounds">Pairs of measurements.</param>
    public static void Run(IReadOnlyList<string> pictures, int threads, int rounds)
    {
        if (!CodecProcesses.IsSupported)
            return;
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName;
        // This program is the codec process as well
        using var isolated = new CodecProcesses([Environment.ProcessPath!], new CodecLimits());
        using var here = new PictureProcessor();
        var work = new PairedComparison(
            $"codec: {pictures.Count} pictures read and written again, {threads} side by side",
            "pictures/s",
            rounds
        );
        work.Run("in processes of their own", () => Recompose(isolated), "in this process", () => Recompose(here), Promised);
        var reading = new PairedComparison($"codec: the same pictures, read only", "pictures/s", rounds);
        reading.Run("in processes of their own", () => Read(isolated), "in this process", () => Read(here), Promised);
        Console.WriteLine($"  {isolated.Started} processes were started; {isolated.Protection}; resident {Resident(isolated)}");
        Directory.Delete(folder, recursive: true);

        double Recompose(IPictureProcessor processor) =>
            All(path =>
            {
                var read = processor.Read(path, new PictureReadOptions(PictureLimits.Default, NetworkSide));
                if (read.Thumbnail is not { } thumbnail)
                    return;
                var picture = new PictureToRecompose(path, [new RecomposePage(read.Header, thumbnail, new AbPlane(1, 1, [10, 20]))]);
                processor.Recompose(picture, new RecomposeOptions(), Path.Combine(folder, $"{Environment.CurrentManagedThreadId}"));
            });

        double Read(IPictureProcessor processor) =>
            All(path => processor.Read(path, new PictureReadOptions(PictureLimits.Default, NetworkSide)));

        double All(Action<string> work)
        {
            Parallel.ForEach(pictures, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
            return pictures.Count;
        }
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static string Resident(CodecProcesses processes) =>
        string.Join(
            ", ",
            processes.Idle.Select(static process =>
                File.ReadLines($"/proc/{process}/status")
                    .First(static line => line.StartsWith("VmRSS", StringComparison.Ordinal))[6..]
                    .Trim()
            )
        );
}
