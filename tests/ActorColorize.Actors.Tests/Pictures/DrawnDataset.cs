using SkiaSharp;

namespace ActorColorize.Actors.Tests.Pictures;

/// <summary>A small dataset of drawn pictures (sky over ground, a coloured disc) in a folder that is deleted afterwards.</summary>
internal sealed class DrawnDataset : IDisposable
{
    internal DrawnDataset(int training = 40, int validation = 8, int side = 32)
    {
        for (var i = 0; i < training; i++)
            Draw(Path.Combine(Root, "train", "scenes", $"{i:D4}.jpg"), i, side, side);
        for (var i = 0; i < validation; i++)
            Draw(Path.Combine(Root, "val", "scenes", $"{i:D4}.jpg"), 10_000 + i, side, side);
    }

    internal string Root { get; } = Directory.CreateTempSubdirectory("actorcolorize-tests-").FullName;

    internal string TrainingPicture(int number) => Path.Combine(Root, "train", "scenes", $"{number:D4}.jpg");

    internal static void Draw(string path, int seed, int width, int height, bool grey = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var random = new Random(seed);
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        {
            var horizon = height * (0.3f + 0.4f * random.NextSingle());
            Fill(canvas, new SKRect(0, 0, width, horizon), new SKColor(90, 140, (byte)random.Next(190, 255)), grey);
            Fill(
                canvas,
                new SKRect(0, horizon, width, height),
                new SKColor((byte)random.Next(40, 90), (byte)random.Next(110, 160), 50),
                grey
            );
            using var disc = new SKPaint { Color = Shade(new SKColor(220, (byte)random.Next(40, 120), 40), grey), IsAntialias = true };
            canvas.DrawCircle(random.NextSingle() * width, random.NextSingle() * height, width * 0.15f, disc);
        }

        using var data = bitmap.Encode(
            path.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg,
            92
        );
        using var file = File.Create(path);
        data.SaveTo(file);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void Fill(SKCanvas canvas, SKRect area, SKColor colour, bool grey)
    {
        using var paint = new SKPaint { Color = Shade(colour, grey) };
        canvas.DrawRect(area, paint);
    }

    private static SKColor Shade(SKColor colour, bool grey)
    {
        if (!grey)
            return colour;
        var luma = (byte)((colour.Red * 299 + colour.Green * 587 + colour.Blue * 114) / 1000);
        return new SKColor(luma, luma, luma);
    }
}
