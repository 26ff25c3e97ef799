using SkiaSharp;

namespace ActorColorize.Imaging.Scenes;

/// <summary>
/// Draws into one scene in units of its height: y runs from 0 (top) to 1, x from 0 to <see cref="Width"/>. So a scene looks the same at
/// every
/// pixel size. Every random choice comes from the scene's own generator.
/// </summary>
internal sealed class SceneBrush : IDisposable
{
    private readonly SKCanvas _canvas;
    private readonly Random _random;

    /// <summary>Creates the brush.</summary>
    /// <param name="canvas">The canvas to draw on.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="random">The scene's generator.</param>
    public SceneBrush(SKCanvas canvas, int width, int height, Random random)
    {
        _canvas = canvas;
        _random = random;
        Width = (float)width / height;
        canvas.Save();
        canvas.Scale(height);
    }

    /// <summary>Width of the scene in units of its height.</summary>
    public float Width { get; }

    /// <summary>A number between two bounds.</summary>
    public float Between(float from, float to) => from + ((to - from) * _random.NextSingle());

    /// <summary>A whole number between two bounds, both included.</summary>
    public int Whole(int from, int to) => _random.Next(from, to + 1);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>One of several colours.</summary>
    public SKColor Pick(params ReadOnlySpan<SKColor> colours) => colours[_random.Next(colours.Length)];

    /// <summary>
    /// A colour of given hue (degrees), saturation and lightness (per cent, HSL), each wandering a little around its value.
    /// </summary>
    public SKColor Near(float hue, float saturation, float lightness, float wander = 1) =>
        SKColor.FromHsl(
            ((hue + (wander * Between(-4, 4))) + 360) % 360,
            Math.Clamp(saturation + (wander * Between(-5, 5)), 0, 100),
            Math.Clamp(lightness + (wander * Between(-4, 4)), 0, 100)
        );

    /// <summary>A colour made lighter or darker.</summary>
    /// <param name="colour">The colour.</param>
    /// <param name="by">Change of HSL lightness in per cent.</param>
    public static SKColor Shade(SKColor colour, float by)
    {
        colour.ToHsl(out var hue, out var saturation, out var lightness);
        return SKColor.FromHsl(hue, saturation, Math.Clamp(lightness + by, 0, 100), colour.Alpha);
    }

    /// <summary>Fills a path with one colour.</summary>
    public void Fill(SKPath path, SKColor colour)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        _canvas.DrawPath(path, paint);
    }

    /// <summary>Fills a path with a gradient from one height to another.</summary>
    public void Fill(SKPath path, float top, SKColor topColour, float bottom, SKColor bottomColour)
    {
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, top),
            new SKPoint(0, bottom),
            [topColour, bottomColour],
            SKShaderTileMode.Clamp
        );
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        _canvas.DrawPath(path, paint);
    }

    /// <summary>Fills a circle.</summary>
    public void Disc(float x, float y, float radius, SKColor colour) => Oval(x, y, radius, radius, colour);

    /// <summary>Fills an oval.</summary>
    public void Oval(float x, float y, float radiusX, float radiusY, SKColor colour, float blur = 0)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        using var filter = blur > 0 ? SKMaskFilter.CreateBlur(SKBlurStyle.Normal, blur) : null;
        paint.MaskFilter = filter;
        _canvas.DrawOval(x, y, radiusX, radiusY, paint);
    }

    /// <summary>Draws a line with round ends.</summary>
    public void Line(float x1, float y1, float x2, float y2, float thickness, SKColor colour)
    {
        using var paint = new SKPaint
        {
            Color = colour,
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = thickness,
            StrokeCap = SKStrokeCap.Round,
        };
        _canvas.DrawLine(x1, y1, x2, y2, paint);
    }

    /// <summary>A soft light around a point, added to what is there.</summary>
    public void Glow(float x, float y, float radius, SKColor colour)
    {
        using var shader = SKShader.CreateRadialGradient(new SKPoint(x, y), radius, [colour, colour.WithAlpha(0)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, BlendMode = SKBlendMode.Screen };
        _canvas.DrawRect(0, 0, Width, 1, paint);
    }

    /// <summary>Roughens the lightness inside a path with fractal noise; the colour stays.</summary>
    /// <param name="area">Where.</param>
    /// <param name="across">Grains per unit from left to right.</param>
    /// <param name="down">Grains per unit from top to bottom.</param>
    /// <param name="strength">0 (nothing) to about 3 (rough).</param>
    public void Roughen(SKPath area, float across, float down, float strength)
    {
        // Fractal noise is close to 0.5 everywhere: stretch it around 0.5, and leave the middle grey unchanged by soft light.
        var offset = 0.5f - (0.5f * strength);
        using var grey = SKColorFilter.CreateColorMatrix([
            strength,
            0,
            0,
            0,
            offset,
            strength,
            0,
            0,
            0,
            offset,
            strength,
            0,
            0,
            0,
            offset,
            0,
            0,
            0,
            0,
            1,
        ]);
        using var noise = SKShader.CreatePerlinNoiseFractalNoise(across, down, 4, _random.Next(1, 10_000));
        using var paint = new SKPaint
        {
            Shader = noise,
            ColorFilter = grey,
            BlendMode = SKBlendMode.SoftLight,
            IsAntialias = true,
        };
        _canvas.DrawPath(area, paint);
    }

    /// <summary>Draws only inside a path until the result is disposed.</summary>
    public IDisposable Inside(SKPath path)
    {
        _canvas.Save();
        _canvas.ClipPath(path, SKClipOperation.Intersect, antialias: true);
        return new Clip(_canvas);
    }

    /// <summary>The whole scene below a height.</summary>
    public SKPath Below(float top) => Polygon((0, top), (Width, top), (Width, 1.01f), (0, 1.01f));

    /// <summary>A closed polygon.</summary>
    public static SKPath Polygon(params ReadOnlySpan<(float X, float Y)> corners)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(corners[0].X, corners[0].Y);
        foreach (var (x, y) in corners[1..])
            builder.LineTo(x, y);
        builder.Close();
        return builder.Detach();
    }

    /// <summary>Everything below a skyline that runs from left to right.</summary>
    /// <param name="height">Height of the skyline at a place across.</param>
    public SKPath BelowSkyline(Func<float, float> height)
    {
        const int Pieces = 160;
        using var builder = new SKPathBuilder();
        builder.MoveTo(0, 1.01f);
        for (var i = 0; i <= Pieces; i++)
        {
            var x = Width * i / Pieces;
            builder.LineTo(x, height(x));
        }

        builder.LineTo(Width, 1.01f);
        builder.Close();
        return builder.Detach();
    }

    /// <summary>A gentle wave with random phases, to make skylines of.</summary>
    /// <param name="middle">Its mean height.</param>
    /// <param name="swing">How far it goes up and down.</param>
    /// <param name="waves">Waves per unit.</param>
    public Func<float, float> Wave(float middle, float swing, float waves)
    {
        var first = Between(0, MathF.Tau);
        var second = Between(0, MathF.Tau);
        return x =>
            middle
            + (
                swing
                * ((0.65f * MathF.Sin((x * waves * MathF.Tau) + first)) + (0.35f * MathF.Sin((x * waves * 2.3f * MathF.Tau) + second)))
            );
    }

    /// <summary>Leaves the canvas as it was found.</summary>
    public void Dispose() => _canvas.Restore();

    private sealed class Clip(SKCanvas canvas) : IDisposable
    {
        public void Dispose() => canvas.Restore();
    }
}
