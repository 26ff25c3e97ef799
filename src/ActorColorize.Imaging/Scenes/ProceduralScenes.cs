using System.Globalization;
using SkiaSharp;

namespace ActorColorize.Imaging.Scenes;

/// <summary>How many scenes are drawn, and from which seed.</summary>
public sealed record SceneSetOptions
{
    /// <summary>Seed of the whole set: the same seed draws the same pictures.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Training scenes; they are shared out evenly over the kinds.</summary>
    public int Training { get; init; } = 600;

    /// <summary>Validation scenes.</summary>
    public int Validation { get; init; } = 60;

    /// <summary>Grey pictures in the archive.</summary>
    public int Archive { get; init; } = 12;

    /// <summary>Side of the training and validation scenes in pixels.</summary>
    public int Side { get; init; } = 128;

    /// <summary>Width of the archive's pictures in pixels; their height is three quarters of it.</summary>
    public int ArchiveWidth { get; init; } = 640;
}

/// <summary>Where the drawn pictures are.</summary>
/// <param name="Dataset">A dataset in the layout of the MiniPlaces kit.</param>
/// <param name="Archive">A folder of grey pictures of scenes that are in no split of the dataset.</param>
/// <param name="Truth">The same pictures as in <paramref name="Archive"/>, in the colours they were drawn in.</param>
public sealed record SceneSet(string Dataset, string Archive, string Truth);

/// <summary>
/// Draws pictures to train on and to colour: a small dataset in the layout of the MiniPlaces kit (<c>data/categories.txt</c>,
/// <c>data/train.txt</c>,
/// <c>data/val.txt</c>, <c>images/</c>) and an archive of larger grey JPEGs of scenes that the dataset does not hold.
/// </summary>
public static class ProceduralScenes
{
    private const int JpegQuality = 92;
    private static readonly SceneKind[] Kinds = Enum.GetValues<SceneKind>();

    // Which part of the set a scene belongs to goes into its seed, so no scene is in two parts.
    private enum Part
    {
        Training,
        Validation,
        Archive,
    }

    /// <summary>Draws the whole set; pictures that are there already are written anew.</summary>
    /// <param name="folder">The folder that gets <c>scenes</c>, <c>archive</c> and <c>truth</c>; made when missing.</param>
    /// <param name="options">How many, how large, from which seed.</param>
    /// <param name="progress">Told after each picture how many are drawn; called from several threads.</param>
    /// <param name="stop">Stops between two pictures.</param>
    /// <exception cref="IOException">A picture cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public static SceneSet Write(string folder, SceneSetOptions options, Action<int>? progress, CancellationToken stop)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        var set = new SceneSet(Path.Combine(folder, "scenes"), Path.Combine(folder, "archive"), Path.Combine(folder, "truth"));
        var images = Path.Combine(set.Dataset, "images");
        var drawn = 0;
        var parallel = new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = Environment.ProcessorCount };

        Directory.CreateDirectory(Path.Combine(images, "val"));
        Directory.CreateDirectory(set.Archive);
        Directory.CreateDirectory(set.Truth);
        foreach (var kind in Kinds)
            Directory.CreateDirectory(Path.Combine(images, "train", Category(kind)));

        Parallel.For(0, options.Training + options.Validation + options.Archive, parallel, number =>
        {
            if (number < options.Training)
                WriteColour(Scene(options, Part.Training, number, options.Side, options.Side), Path.Combine(images, TrainingName(number)));
            else if (number < options.Training + options.Validation)
                WriteColour(
                    Scene(options, Part.Validation, number - options.Training, options.Side, options.Side),
                    Path.Combine(images, ValidationName(number - options.Training))
                );
            else
                WriteArchive(options, set, number - options.Training - options.Validation);
            progress?.Invoke(Interlocked.Increment(ref drawn));
        });

        WriteLists(options, Path.Combine(set.Dataset, "data"));
        return set;
    }

    private static void WriteLists(SceneSetOptions options, string data)
    {
        Directory.CreateDirectory(data);
        File.WriteAllLines(Path.Combine(data, "categories.txt"), Kinds.Select((kind, label) => $"/{Category(kind)} {label}"));
        File.WriteAllLines(
            Path.Combine(data, "train.txt"),
            Enumerable.Range(0, options.Training).Select(number => $"{TrainingName(number)} {number % Kinds.Length}")
        );
        File.WriteAllLines(
            Path.Combine(data, "val.txt"),
            Enumerable.Range(0, options.Validation).Select(number => $"{ValidationName(number)} {number % Kinds.Length}")
        );
    }

    private static void WriteArchive(SceneSetOptions options, SceneSet set, int number)
    {
        var width = options.ArchiveWidth;
        var height = width * 3 / 4;
        var name = $"{KindOf(number).ToString().ToLowerInvariant()}-{(number / Kinds.Length) + 1}.jpg";
        using var scene = Scene(options, Part.Archive, number, width, height);
        using var grey = Grey.Of(scene);
        Encode(grey, Path.Combine(set.Archive, name));
        Encode(scene, Path.Combine(set.Truth, name));
    }

    private static void WriteColour(SKBitmap scene, string path)
    {
        using (scene)
            Encode(scene, path);
    }

    private static void Encode(SKBitmap picture, string path)
    {
        using var encoded = picture.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        using var file = File.Create(path);
        encoded.SaveTo(file);
    }

    private static SKBitmap Scene(SceneSetOptions options, Part part, int number, int width, int height) =>
        SceneComposer.Draw(KindOf(number), unchecked((options.Seed * 1_000_003) + ((int)part * 100_000_007) + number), width, height);

    private static SceneKind KindOf(int number) => Kinds[number % Kinds.Length];

    private static string TrainingName(int number) =>
        $"train/{Category(KindOf(number))}/{((number / Kinds.Length) + 1).ToString("00000000", CultureInfo.InvariantCulture)}.jpg";

    private static string ValidationName(int number) => $"val/{(number + 1).ToString("00000000", CultureInfo.InvariantCulture)}.jpg";

    private static string Category(SceneKind kind)
    {
        var name = kind.ToString().ToLowerInvariant();
        return $"{name[0]}/{name}";
    }
}
