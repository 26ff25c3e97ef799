using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Reports;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Evaluation;
using ActorColorize.Model.Inference;
using TorchSharp;

namespace ActorColorize.Host.Tests.Reports;

/// <summary>A small evaluation as returned by the device: pictures of one colour each, with real measures.</summary>
internal sealed class MeasuredPictures : IDisposable
{
    public const int Side = 16;

    private readonly ScratchFolder _scratch = new();

    /// <param name="names">Names of the pictures; with a folder before them it is their category.</param>
    /// <param name="models">1 or 2: the first is right by half in colour, the second has none.</param>
    /// <param name="frontier">Whether the frontier was measured.</param>
    /// <param name="unreadable">Names of pictures that could not be read.</param>
    /// <param name="rareFirst">Whether the first picture is of a colour that hardly occurs in the training split, and all others of one
    /// that is everywhere.</param>
    public MeasuredPictures(string[] names, int models = 1, bool frontier = false, string[]? unreadable = null, bool rareFirst = false)
    {
        LibTorchRuntime.EnsureLoaded();
        foreach (var name in names)
        {
            var path = Path.Combine(_scratch.Path, "val", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }

        var pictures = DatasetLayout.Open(_scratch.Path, "val");
        var counts = Enumerable.Repeat(rareFirst ? 1L : 1000L, ColorBins.Grid18.Count).ToArray();
        if (rareFirst)
            counts[BinOf(140, 120, 100)] = 1_000_000;
        var prior = new ColorPrior(counts, "made up");
        using var evaluation = new ColorEvaluation(prior, new MeanColor(4, -3), models, torch.CPU);
        var shown = new List<ShownPicture>();
        int[] items = [.. Enumerable.Range(0, pictures.Count).Reverse()]; // not in the order of the set
        foreach (var item in items)
        {
            byte[] colour =
                !rareFirst ? [(byte)(40 + 20 * item), 120, (byte)(200 - 20 * item)]
                : item == 0 ? [230, 20, 220]
                : [140, 120, 100];
            byte[] rgb = [.. Enumerable.Repeat(colour, Side * Side).SelectMany(static pixel => pixel)];
            var half = HalfColour(rgb);
            var answers = new[] { half, new float[half.Length] }.Take(models).ToList();
            evaluation.Add(
                rgb,
                [
                    .. answers.Select(
                        (ab, model) =>
                            new ModelAnswer(
                                ab,
                                model == 0 && pictures.HasLabels
                                    ?
                                    [
                                        [0],
                                    ]
                                    : null
                            )
                    ),
                ],
                1,
                Side,
                Side,
                Side / 4,
                Side / 4,
                pictures.HasLabels ? [pictures.Label(item)] : default
            );
            shown.Add(
                new ShownPicture(
                    shown.Count,
                    Side,
                    PaintedPicture.Grey(rgb, Side, Side, torch.CPU),
                    [.. answers.Select(ab => PaintedPicture.Of(rgb, Side, Side, ab, Side / 4, Side / 4, torch.CPU))],
                    rgb
                )
            );
        }

        var figures = new EvaluatedPictures(
            items,
            [.. Enumerable.Range(0, models).Select(evaluation.Pictures)],
            [
                .. Enumerable
                    .Range(0, models)
                    .Select(model => model == 0 && pictures.HasLabels ? (IReadOnlyList<int>)new int[items.Length] : null),
            ],
            evaluation.GreyPictures
        );
        Outcome = new EvaluationOutcome
        {
            Data = "photos",
            Pictures = pictures,
            Models =
            [
                .. Enumerable
                    .Range(0, models)
                    .Select(model => new ModelName(
                        $"runs/<{model}>",
                        "18 bins",
                        new EvaluatedModel($"runs/{model}", new Decoding(0.38, model == 0 ? null : 0.5), 1)
                    )),
            ],
            Side = Side,
            Device = "cpu, fp32",
            Made = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
            Evaluated = new GpuEvents.Evaluated(
                evaluation.Report(),
                frontier
                    ?
                    [
                        new FrontierPoint(ColorEstimator.AnnealedMean, 0.38, 0.5, 90, 60, 20),
                        new FrontierPoint(ColorEstimator.AnnealedMean, 1, 0.5, 91, 58, 15),
                        new FrontierPoint(ColorEstimator.AnnealedMean, 0.38, 1, 20, 66, 60),
                    ]
                    : [],
                figures,
                shown[..(shown.Count / 2)],
                shown[(shown.Count / 2)..],
                [.. shown.AsEnumerable().Reverse()],
                [.. (unreadable ?? []).Select(static name => (name, "not a <picture>"))]
            ),
        };
    }

    public EvaluationOutcome Outcome { get; }

    public void Dispose() => _scratch.Dispose();

    private static int BinOf(byte red, byte green, byte blue)
    {
        using var scope = torch.NewDisposeScope();
        return (int)
            ColorBins.Grid18.IndexOf(LabColor.FromSrgb(torch.tensor([red, green, blue], [1, 1, 1, 3])).narrow(1, 1, 2)).item<long>();
    }

    /// <summary>The picture's own colour at half its chroma.</summary>
    private static float[] HalfColour(byte[] rgb)
    {
        using var scope = torch.NewDisposeScope();
        var lab = LabColor.FromSrgb(torch.tensor(rgb[..3], [1, 1, 1, 3])).view(3).data<float>().ToArray();
        const int Pixels = Side / 4 * (Side / 4);
        return [.. Enumerable.Repeat(lab[1] / 2, Pixels), .. Enumerable.Repeat(lab[2] / 2, Pixels)];
    }
}
