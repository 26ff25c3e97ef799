using SkiaSharp;

namespace ActorColorize.Actors.Tests.Pictures;

/// <summary>Squares of random colours: two with different seeds are not similar.</summary>
internal static class PatchworkPicture
{
    private const int Squares = 9;

    /// <summary>Draws one; the ending of the name says the format.</summary>
    internal static void Draw(string path, int seed, int width, int height, int quality = 92)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var random = new Random(seed);
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint())
        {
            for (var i = 0; i < Squares * Squares; i++)
            {
                paint.Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
                var (left, top) = (i % Squares * width / (float)Squares, i / Squares * height / (float)Squares);
                canvas.DrawRect(new SKRect(left, top, left + (width / (float)Squares) + 1, top + (height / (float)Squares) + 1), paint);
            }
        }

        using var data = bitmap.Encode(
            path.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg,
            quality
        );
        using var file = File.Create(path);
        data.SaveTo(file);
    }
}
