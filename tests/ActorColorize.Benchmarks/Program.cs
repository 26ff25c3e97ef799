using ActorColorize.Actors.CodecProcess;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Benchmarks;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Sampling;
using ActorColorize.Imaging.Training;
using ActorColorize.Model.Color;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;
using TorchSharp;

if (OperatingSystem.IsLinux() && args is [CodecServer.Command])
{
    CodecServer.Run(Console.OpenStandardInput());
    return 0;
}

// The project's speed claims, each beside what it is compared with, in one run.
if (args.Length == 0 || args.Contains("--help"))
{
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --data PHOTOS [--preset quarter] [--steps 12] [--rounds 5] "
            + "[--threads N] [--only loader|precision|step|actors|checkpoint|jobs|scaling] [--items 1000000] [--batch-time 50] [--store "
            + "sqlite|postgresql]"
    );
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only quality --archive PHOTOS [--model MODEL] [--pictures "
            + "40] [--threads N]"
    );
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only engine [--model src/ActorColorize.Host/models/"
            + "places.safetensors] [--threads N] [--rounds 7]"
    );
    Console.WriteLine("dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only codecs --picture PHOTO [--rounds 5]");
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only gigapixel [--tiff-side 30000] [--jpeg-side 20000]"
    );
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only open-jobs [--open 1000,10000,100000] [--jobs 200]"
    );
    Console.WriteLine("dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only tones --archive SET [--figures FILE]");
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only isolated-codecs --archive PHOTOS [--pictures 40]"
    );
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only start --program PATH --other PATH --archive PHOTOS "
            + "[--pictures 40] [--rounds 7]"
    );
    Console.WriteLine(
        "dotnet run --project tests/ActorColorize.Benchmarks -c Release -- --only colorize --program PATH --other PATH --archive PHOTOS "
            + "[--pictures 480] [--model MODEL] [--rounds 7]"
    );
    return args.Length == 0 ? 2 : 0;
}

string Option(string name, string fallback) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : fallback;
var only = Option("--only", "");
var batchTime = double.Parse(Option("--batch-time", "50"), System.Globalization.CultureInfo.InvariantCulture);
if (Option("--device-of", "") is { Length: > 0 } coordinator)
{
    ScalingBenchmark.RunDevice(coordinator, Option("--name", "device"), batchTime);
    return 0;
}

if (only is "scaling")
{
    ScalingBenchmark.Run(batchTime, int.Parse(Option("--seconds", "15")));
    return 0;
}

if (only is "jobs")
{
    JobsBenchmark.Run(int.Parse(Option("--items", "1000000")), workers: 2, Option("--store", "sqlite"));
    return 0;
}

if (only is "open-jobs")
{
    int[] open = [.. Option("--open", "1000,10000,100000").Split(',').Select(int.Parse)];
    OpenJobsBenchmark.Run(open, int.Parse(Option("--jobs", "200")));
    return 0;
}

var rounds = int.Parse(Option("--rounds", "5"));
if (only is "gigapixel")
{
    GigapixelBenchmark.Run(int.Parse(Option("--tiff-side", "30000")), int.Parse(Option("--jpeg-side", "20000")));
    return 0;
}

if (only is "codecs")
{
    CodecBenchmark.Run(Option("--picture", ""), rounds);
    return 0;
}

if (only is "tones")
{
    ToneMeasurement.Run(Option("--archive", "."), Option("--figures", ""));
    return 0;
}

var steps = int.Parse(Option("--steps", "12"));
var threads = int.Parse(Option("--threads", Environment.ProcessorCount.ToString()));
if (only is "engine")
{
    var small = Option("--model", "src/ActorColorize.Host/models/places.safetensors");
    EngineBenchmark.Run(small, threads, int.Parse(Option("--rounds", "7")));
    return 0;
}

if (only is "quality" or "isolated-codecs" or "start" or "colorize")
{
    var archive = DatasetLayout.Open(Option("--archive", "."), "all");
    string[] photographs =
    [
        .. Enumerable
            .Range(0, archive.Count)
            .Where(i => i % Math.Max(1, archive.Count / int.Parse(Option("--pictures", "40"))) == 0)
            .Select(archive.FullPath),
    ];
    if (only is "start" or "colorize")
    {
        var program = Path.GetFullPath(Option("--program", "src/ActorColorize.Host/bin/Release/net10.0/actorcolorize"));
        var other = Path.GetFullPath(Option("--other", program));
        var pairs = int.Parse(Option("--rounds", "7"));
        string[] options = args.Contains("--model") ? ["--model", Option("--model", "")] : [];
        if (only is "start")
            StartBenchmark.Run(program, other, photographs, pairs);
        else
            ColorizeBenchmark.Run(program, other, photographs, int.Parse(Option("--pictures", "480")), options, pairs);
        return 0;
    }

    if (only is "isolated-codecs")
    {
        IsolatedCodecBenchmark.Run(photographs, threads, rounds);
        return 0;
    }

    LibTorchRuntime.EnsureLoaded();
    torch.set_num_threads(threads);
    if (Option("--model", "") is { Length: > 0 } model)
        SizeStability.Run(photographs, model, threads);
    ChromaEnlargement.Run(photographs);
    return 0;
}

if (only is "" or "checkpoint")
{
    LibTorchRuntime.EnsureLoaded();
    CheckpointBenchmark.Run(TrainingPresets.Load("full"), threads, rounds);
    if (only is "checkpoint")
        return 0;
}

var configuration = TrainingPresets.Load(Option("--preset", "quarter"));
var pictures = DatasetLayout.Open(Option("--data", "."), "train");
var side = configuration.ImageSize;
Console.WriteLine($"{Environment.ProcessorCount} cores, {threads} threads, {pictures.Count:N0} pictures");
Console.WriteLine();

if (only is "" or "loader")
    LoaderBenchmark.Run(pictures, side, rounds);
if (only is "loader")
    return 0;

LibTorchRuntime.EnsureLoaded();
torch.set_num_threads(threads);
var histogram = Histogram();
if (only is "" or "precision")
{
    // Of the published network or half of it: the narrower a network, the more of its step is the loss, which is in single precision
    // anyway.
    var network = TrainingPresets.Load(Option("--preset", "half"));
    PrecisionBenchmark.Run(network, histogram.ToPrior(null), Batch(network.BatchSize, side), threads, rounds);
}

if (only is "" or "step")
{
    foreach (var size in new[] { 64, 128 })
    foreach (var precision in new[] { Precision.Fp32, Precision.Bf16 })
    {
        var sized = configuration with { ImageSize = size };
        StepBenchmark.Run(sized, histogram.ToPrior(null), Batch(sized.BatchSize, size), precision, threads, rounds);
    }
}

if (only is "" or "actors")
{
    var folder = new RunFolder(Directory.CreateTempSubdirectory("actorcolorize-benchmark-").FullName);
    var precision = PrecisionProbe.Measure(torch.CPU).Precision;
    var document = new RunDocument
    {
        RunId = "benchmark",
        CreatedAt = DateTimeOffset.UtcNow,
        Program = "benchmark",
        DataRoot = pictures.Root,
        DataHash = pictures.Hash,
        Seed = 1,
        Device = "cpu",
        Precision = precision,
        Threads = threads,
        Configuration = configuration with
        {
            Steps = 1_000_000,
            Augmentation = new AugmentationOptions { Flip = false },
        },
    };
    document.Save(folder);
    histogram.Save(folder);
    ActorPathBenchmark.Run(pictures, folder, document, histogram, steps, rounds);
    Directory.Delete(folder.Path, recursive: true);
}

return 0;

ColorHistogramDocument Histogram()
{
    var rgb_BHWC = Batch(64, side);
    return new ColorHistogramDocument(
        pictures.Hash,
        ColorBins.Grid18.Name,
        side,
        BinHistogram.Count(rgb_BHWC, 64, side, ColorBins.Grid18, torch.CPU),
        new Dictionary<string, string>(),
        []
    );
}

byte[] Batch(int count, int side)
{
    using var decoder = new TrainingPictureDecoder();
    var plan = new OrderedPlan([.. Enumerable.Range(0, count).Select(i => i % pictures.Count)], count, side, leavesOutMonochrome: false);
    var bytes = side * side * 3;
    var rgb_BHWC = new byte[count * bytes];
    for (var i = 0; i < count; i++)
        decoder.Decode(pictures.FullPath(plan.RequestFor(0, i, 0)!.Value.Item), side, Augmentation.None, rgb_BHWC.AsSpan(i * bytes, bytes));
    return rgb_BHWC;
}
