using System.Diagnostics;
using ActorColorize.Imaging.Archives;
using NetVips;

namespace ActorColorize.Benchmarks;

/// <summary>
/// Two builds of the program on grey JPEGs made of photographs: many small ones, and some large ones. The time of one small picture, which
/// is nearly all the start of the program, is not counted.
/// </summary>
internal static class ColorizeBenchmark
{
    private const int SmallWidth = 500;
    private const int SmallHeight = 375;
    private const int LargeWidth = 3872;
    private const int LargeHeight = 2592;
    private const int LargePictures = 12;
    private const int Quality = 90;
    private const double Megapixel = 1e6;

    /// <summary>Measures both.</summary>
    /// <param name="program">Path of the program that is judged.</param>
    /// <param name="other">Path of the program that it is compared with.</param>
    /// <param name="photographs">Paths of the photographs.</param>
    /// <param name="pictures">How many small pictures are made of them.</param>
    /// <param name="options">Options of `colorize` for both, such as a model.</param>
    /// <param name="rounds">Pairs of measurements.</param>
    public static void Run(string program, string other, IReadOnlyList<string> photographs, int pictures, string[] options, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName;
        ArchiveImaging.EnsureReady();
        try
        {
            var one = Make("one", 1, SmallWidth, SmallHeight);
            var small = Make("small", pictures, SmallWidth, SmallHeight);
            var large = Make("large", LargePictures, LargeWidth, LargeHeight);
            var units = (pictures - 1, LargePictures * LargeWidth * LargeHeight / Megapixel);
            Compare($"colorize: {pictures} pictures of {SmallWidth}x{SmallHeight} beyond the first", "pictures/s", small, units.Item1);
            Compare(
                $"colorize: {LargePictures} pictures of {LargeWidth}x{LargeHeight} beyond the start",
                "megapixels/s",
                large,
                units.Item2
            );

            void Compare(string title, string unit, string archive, double units) =>
                new PairedComparison(title, unit, rounds).RunRates(
                    "--program",
                    () => units / (Seconds(program, archive) - Seconds(program, one)),
                    "--other",
                    () => units / (Seconds(other, archive) - Seconds(other, one)),
                    goal: 1
                );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Make(string name, int count, int width, int height)
        {
            var archive = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            for (var i = 0; i < count; i++)
            {
                using var photograph = Image.NewFromFile(photographs[i % photographs.Count]);
                using var sized = photograph.ThumbnailImage(width, height: height, size: Enums.Size.Force);
                using var grey = sized.Colourspace(Enums.Interpretation.Bw);
                grey.Jpegsave(Path.Combine(archive, $"{i:0000}.jpg"), q: Quality, keep: Enums.ForeignKeep.None);
            }

            return archive;
        }

        double Seconds(string path, string archive)
        {
            var results = Directory.CreateDirectory(Path.Combine(folder, "results")).FullName;
            var clock = Stopwatch.StartNew();
            BuiltProgram.Run(path, ["colorize", archive, "--out", results, .. options], folder);
            var seconds = clock.Elapsed.TotalSeconds;
            Directory.Delete(results, recursive: true);
            return seconds;
        }
    }
}
