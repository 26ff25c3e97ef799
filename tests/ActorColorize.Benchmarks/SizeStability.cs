using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using ActorColorize.Interchange;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;
using ActorColorize.Model.Training;
using NetVips;
using TorchSharp;

namespace ActorColorize.Benchmarks;

/// <summary>
/// How much the colours of a picture depend on the size at which it comes: the same photograph at half, whole and twice its size, each
/// coloured as the program does it.
/// </summary>
internal static class SizeStability
{
    private static readonly double[] Scales = [0.5, 2];

    internal static void Run(IReadOnlyList<string> photographs, string modelPath, int threads)
    {
        var model = ModelLocator.Resolve(Path.GetFullPath(modelPath));
        var side = model.Defaults.ImageSize ?? 128;
        var compute = new ComputeSettings(
            torch.CPU,
            PrecisionProbe.Measure(torch.CPU).Precision,
            new ConvolutionSelfTest(torch.CPU, threads, ConvolutionSelfTest.DefaultCacheFolder).NewPlan(),
            threads
        );
        using var colorizer = new Colorizer(model.Network, model.Tensors, compute, model.Colors);
        var decoding = new Decoding(model.Defaults.Temperature ?? TrainingSession.DefaultTemperature, model.Defaults.Rebalance);
        var scratch = Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName;
        var distances = Scales.Select(static _ => new List<double>()).ToArray();
        var chroma = new List<double>();
        foreach (var photograph in photographs)
        {
            using var original = LabPicture.Open(photograph);
            using var painted = Colour(original, colorizer, decoding, side, scratch);
            var whole = LabPicture.Of(painted);
            chroma.Add(whole.MeanChroma());
            for (var i = 0; i < Scales.Length; i++)
            {
                using var scaled = original.Resize(Scales[i]);
                using var coloured = Colour(scaled, colorizer, decoding, side, scratch);
                using var back = coloured.ThumbnailImage(original.Width, height: original.Height, size: Enums.Size.Force);
                distances[i].Add(LabPicture.Of(back).MeanDistance(whole));
            }
        }

        Directory.Delete(scratch, recursive: true);
        Console.WriteLine(
            $"stability: {photographs.Count} photographs, model {modelPath} at side {side}; mean chroma of the results "
                + $"{chroma.Average():0.0}"
        );
        for (var i = 0; i < Scales.Length; i++)
        {
            var sorted = distances[i].Order().ToList();
            Console.WriteLine(
                $"  {Scales[i]:0.0} times the size: mean distance in ab {sorted.Average():0.00}, median {sorted[sorted.Count / 2]:0.00}, "
                    + $"largest {sorted[^1]:0.00}"
            );
        }

        Console.WriteLine();
    }

    private static Image Colour(Image picture, Colorizer colorizer, Decoding decoding, int side, string scratch)
    {
        var (source, made) = (Path.Combine(scratch, "source.png"), Path.Combine(scratch, "made.png"));
        File.WriteAllBytes(source, picture.PngsaveBuffer(compression: 1));
        var header = ArchivePicture.Inspect(source, PictureLimits.Default);
        var thumbnail = ArchivePicture.MakeThumbnail(source, header, ThumbnailSize.For(header.Width, header.Height, side));
        var ab_2HW = colorizer.PredictAb(thumbnail.Rgb_HWC, 1, thumbnail.Height, thumbnail.Width, decoding);
        Recomposer.Recompose(
            source,
            header,
            thumbnail,
            new AbPlane(thumbnail.Width / 4, thumbnail.Height / 4, ab_2HW),
            new RecomposeOptions(),
            made
        );
        return LabPicture.Open(made);
    }
}
