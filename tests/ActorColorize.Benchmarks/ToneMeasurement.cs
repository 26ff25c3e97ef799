using System.Globalization;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Imaging.Tones;

namespace ActorColorize.Benchmarks;

/// <summary>
/// How often the rule for monochrome pictures is right on a set of <c>make_tone_set.py</c>, and the figures that it decides by.
/// </summary>
internal static class ToneMeasurement
{
    private const int NetworkSide = 128;

    /// <summary>Prints a table of answers.</summary>
    /// <param name="set">A folder with the folders monochrome and color.</param>
    /// <param name="figures">Receives a line for each picture, for <c>fit_tone_trees.py</c>; empty for none.</param>
    internal static void Run(string set, string figures)
    {
        using var lines = figures.Length > 0 ? new StreamWriter(figures) : TextWriter.Null;
        Console.WriteLine($"{"", -12} {"monochrome", 12} {"doubtful", 10} {"color", 8}");
        foreach (var truth in new[] { "monochrome", "color" })
        {
            var answers = new List<ToneKind>();
            foreach (var path in Directory.EnumerateFiles(Path.Combine(set, truth)).Order(StringComparer.Ordinal))
            {
                var header = ArchivePicture.Inspect(path, PictureLimits.Default);
                var size = ThumbnailSize.For(header.Width, header.Height, NetworkSide);
                var thumbnail = ArchivePicture.MakeThumbnail(path, header, size);
                var tone = thumbnail.Tone();
                var values = ToneFigures.Of(thumbnail.Rgb_HWC, thumbnail.Width, thumbnail.Height).Values;
                answers.Add(tone.Kind);
                lines.WriteLine(
                    string.Join(
                        '\t',
                        [
                            path,
                            $"{tone.Kind}",
                            .. values.Prepend(tone.Score).Select(static value => value.ToString("R", CultureInfo.InvariantCulture)),
                        ]
                    )
                );
            }

            Console.WriteLine($"{truth, -12} {Count(ToneKind.Monochrome), 12} {Count(ToneKind.Doubtful), 10} {Count(ToneKind.Color), 8}");

            int Count(ToneKind kind) => answers.Count(answer => answer == kind);
        }
    }
}
