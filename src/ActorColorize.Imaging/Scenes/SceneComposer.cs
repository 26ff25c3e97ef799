using SkiaSharp;

namespace ActorColorize.Imaging.Scenes;

/// <summary>Puts scenery together into whole scenes. A scene is a pure function of its kind and seed, at any pixel size.</summary>
internal static class SceneComposer
{
    /// <summary>Draws one scene.</summary>
    /// <param name="kind">What it shows.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <returns>An opaque sRGB bitmap; the caller disposes it.</returns>
    public static SKBitmap Draw(SceneKind kind, int seed, int width, int height)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var brush = new SceneBrush(canvas, width, height, new Random(seed));
        switch (kind)
        {
            case SceneKind.Beach:
                Beach(brush);
                break;
            case SceneKind.Forest:
                Forest(brush);
                break;
            case SceneKind.Meadow:
                Meadow(brush);
                break;
            case SceneKind.Mountain:
                Mountain(brush);
                break;
            case SceneKind.Sunset:
                Sunset(brush);
                break;
            case SceneKind.Village:
                Village(brush);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown scene");
        }

        return bitmap;
    }

    private static void Beach(SceneBrush brush)
    {
        var horizon = brush.Between(0.34f, 0.48f);
        var shore = brush.Between(0.66f, 0.78f);
        Scenery.DaySky(brush, horizon);
        Scenery.Sea(brush, horizon, shore, brush.Between(196, 208));
        for (var i = brush.Whole(0, 3); i > 0; i--)
        {
            var near = brush.Between(0.05f, 0.5f);
            Scenery.Boat(brush, brush.Between(0.1f, brush.Width - 0.1f), horizon + (near * (shore - horizon)), 0.06f + (0.14f * near));
        }

        var edge = brush.Wave(shore, 0.025f, 0.6f);
        Scenery.Sand(brush, edge);
        for (var i = brush.Whole(0, 3); i > 0; i--)
        {
            var ground = brush.Between(0.84f, 0.98f);
            Scenery.Parasol(brush, brush.Between(0.1f, brush.Width - 0.1f), ground, 0.12f + (0.5f * (ground - 0.8f)));
        }
    }

    private static void Forest(SceneBrush brush)
    {
        using (var all = brush.Below(-0.01f))
        {
            brush.Fill(all, 0, brush.Near(96, 40, 33), 0.7f, brush.Near(80, 52, 50));
            brush.Roughen(all, 12, 12, 3);
        }

        var light = brush.Between(0.3f, 0.7f) * brush.Width;
        brush.Glow(light, 0.32f, 0.5f, new SKColor(236, 246, 170, 190));
        var ground = brush.Between(0.62f, 0.72f);
        using var floor = Scenery.Grass(brush, brush.Wave(ground, 0.012f, 1), ground, 92, 30);
        using (
            var path = SceneBrush.Polygon(
                (light - 0.03f, ground),
                (light + 0.03f, ground),
                (light + brush.Between(0.25f, 0.4f), 1.01f),
                (light - brush.Between(0.15f, 0.3f), 1.01f)
            )
        )
        {
            brush.Fill(path, ground, brush.Near(40, 46, 66), 1, brush.Near(34, 42, 50));
            brush.Roughen(path, 30, 50, 2);
        }

        for (var row = 0; row < 3; row++)
        {
            var thickness = 0.018f + (0.022f * row);
            for (var i = brush.Whole(3, 6); i > 0; i--)
            {
                var x = brush.Between(-0.05f, brush.Width + 0.05f);
                var foot = ground + (0.11f * row) + brush.Between(0, 0.05f);
                if (MathF.Abs(x - light) < 0.09f + (0.1f * row))
                    continue;
                using var trunk = SceneBrush.Polygon(
                    (x - thickness, foot),
                    (x - (thickness * 0.7f), -0.01f),
                    (x + (thickness * 0.7f), -0.01f),
                    (x + thickness, foot)
                );
                brush.Fill(trunk, brush.Near(25, 36, 30 - (5 * row)));
                brush.Roughen(trunk, 90, 9, 2.5f);
                brush.Line(
                    x - (thickness * 0.6f),
                    foot - 0.02f,
                    x - (thickness * 0.45f),
                    0,
                    thickness * 0.3f,
                    brush.Near(32, 38, 48).WithAlpha(120)
                );
            }
        }

        for (var i = 0; i < 150; i++)
        {
            var x = brush.Between(-0.05f, brush.Width + 0.05f);
            var hang = brush.Between(0, 0.3f) * (0.35f + (MathF.Abs(x - light) / brush.Width));
            brush.Disc(x, hang, brush.Between(0.02f, 0.045f), brush.Near(102, 50, brush.Between(17, 42)).WithAlpha(225));
        }
    }

    private static void Meadow(SceneBrush brush)
    {
        var horizon = brush.Between(0.36f, 0.5f);
        Scenery.DaySky(brush, horizon);
        var far = brush.Wave(horizon, 0.04f, 0.7f);
        using (Scenery.Grass(brush, far, horizon - 0.04f, 112, 38)) { }

        if (brush.Chance(0.65))
        {
            var field = brush.Between(horizon + 0.05f, horizon + 0.1f);
            var upper = brush.Wave(field, 0.015f, 0.5f);
            using var rape = brush.BelowSkyline(upper);
            brush.Fill(rape, brush.Near(52, 86, 56));
            brush.Roughen(rape, 60, 90, 1.8f);
        }

        var near = horizon + brush.Between(0.15f, 0.22f);
        for (var i = brush.Whole(0, 4); i > 0; i--)
            Scenery.Tree(
                brush,
                brush.Between(0, brush.Width),
                horizon + brush.Between(0.02f, 0.1f),
                brush.Between(0.1f, 0.2f),
                brush.Between(95, 115)
            );
        using (Scenery.Grass(brush, brush.Wave(near, 0.02f, 0.8f), near, 98, 38)) { }

        if (brush.Chance(0.55))
            Scenery.Tree(
                brush,
                brush.Between(0.12f, brush.Width - 0.12f),
                near + 0.08f,
                brush.Between(0.35f, 0.52f),
                brush.Between(92, 112)
            );
        var poppies = brush.Between(0.3f, 0.9f);
        var count = brush.Whole(25, 60);
        for (var i = 0; i < count; i++)
        {
            var depth = (float)i / count;
            var ground = near + 0.07f + ((1.08f - near) * depth * depth);
            Scenery.Flower(brush, brush.Between(0, brush.Width), ground, 0.03f + (0.1f * depth * depth), brush.Chance(poppies));
        }
    }

    private static void Mountain(SceneBrush brush)
    {
        var foot = brush.Between(0.6f, 0.7f);
        Scenery.DaySky(brush, foot);
        Scenery.Mountains(brush, foot, brush.Between(0.22f, 0.3f), far: true);
        Scenery.Mountains(brush, foot + 0.02f, brush.Between(0.38f, 0.52f), far: false);
        var wood = foot + 0.02f;
        using (var ground = Scenery.Grass(brush, brush.Wave(wood, 0.012f, 1), wood, 108, 33))
        {
            if (brush.Chance(0.6))
            {
                var shore = brush.Between(0.72f, 0.78f);
                using var lake = SceneBrush.Polygon(
                    (0, shore),
                    (brush.Width, shore),
                    (brush.Width, shore + 0.16f),
                    (brush.Width * 0.6f, shore + 0.2f),
                    (0, shore + 0.14f)
                );
                brush.Fill(lake, shore, brush.Near(205, 48, 58), shore + 0.2f, brush.Near(210, 60, 38));
                brush.Roughen(lake, 4, 60, 1.4f);
            }
        }

        for (var i = brush.Whole(18, 34); i > 0; i--)
            Scenery.Conifer(brush, brush.Between(0, brush.Width), wood + brush.Between(0.015f, 0.06f), brush.Between(0.07f, 0.13f));
        for (var i = brush.Whole(0, 5); i > 0; i--)
        {
            var x = brush.Chance(0.5) ? brush.Between(0, 0.28f * brush.Width) : brush.Between(0.72f * brush.Width, brush.Width);
            Scenery.Conifer(brush, x, brush.Between(0.93f, 1.03f), brush.Between(0.26f, 0.42f));
        }
    }

    private static void Sunset(SceneBrush brush)
    {
        var horizon = brush.Between(0.5f, 0.62f);
        var sun = Scenery.EveningSky(brush, horizon);
        using (var water = brush.Below(horizon))
        {
            brush.Fill(water, horizon, brush.Near(18, 62, 44), 1, brush.Near(248, 36, 17));
            brush.Roughen(water, 3, 50, 2.2f);
            using (brush.Inside(water))
            {
                for (var i = 0; i < 46; i++)
                {
                    var depth = brush.Between(0, 1);
                    var half = (0.015f + (0.05f * depth)) * brush.Between(0.4f, 1);
                    var x = sun + (brush.Between(-0.07f, 0.07f) * (0.35f + depth));
                    var y = horizon + (depth * (1 - horizon));
                    brush.Line(x - half, y, x + half, y, 0.006f, new SKColor(255, 206, 122, 190));
                }
            }
        }

        var dark = brush.Near(258, 26, 9);
        if (brush.Chance(0.7))
        {
            // A wooded headland that runs out into the water from one side.
            var fromLeft = brush.Chance(0.5);
            var reach = brush.Between(0.35f, 0.65f);
            var rise = brush.Between(0.08f, 0.16f);
            var hills = brush.Wave(0, 0.02f, 2);
            var trees = brush.Wave(0, 0.006f, 23);
            var foot = horizon + 0.008f;
            using var above = SceneBrush.Polygon((0, 0), (brush.Width, 0), (brush.Width, foot), (0, foot));
            using var land = brush.BelowSkyline(x =>
            {
                var outwards = Math.Clamp(1 - ((fromLeft ? x : brush.Width - x) / reach), 0, 1);
                return foot - (MathF.Sqrt(outwards) * (rise + hills(x) + trees(x)));
            });
            using (brush.Inside(above))
                brush.Fill(land, dark);
        }

        if (brush.Chance(0.6))
        {
            var x = brush.Between(0.15f, brush.Width - 0.15f);
            var y = horizon + brush.Between(0.05f, 0.2f);
            var size = brush.Between(0.09f, 0.18f);
            using var sail = SceneBrush.Polygon((x, y - (size * 1.25f)), (x, y - (size * 0.1f)), (x + (size * 0.5f), y - (size * 0.1f)));
            using var hull = SceneBrush.Polygon(
                (x - (size * 0.45f), y - (size * 0.08f)),
                (x + (size * 0.55f), y - (size * 0.08f)),
                (x + (size * 0.35f), y + (size * 0.08f)),
                (x - (size * 0.3f), y + (size * 0.08f))
            );
            brush.Fill(sail, dark);
            brush.Fill(hull, dark);
        }
    }

    private static void Village(SceneBrush brush)
    {
        var horizon = brush.Between(0.38f, 0.48f);
        Scenery.DaySky(brush, horizon);
        if (brush.Chance(0.4))
            Scenery.Mountains(brush, horizon + 0.03f, brush.Between(0.12f, 0.2f), far: true);
        using (Scenery.Grass(brush, brush.Wave(horizon, 0.035f, 0.6f), horizon - 0.03f, 114, 37)) { }

        for (var i = brush.Whole(4, 9); i > 0; i--)
            Scenery.Tree(
                brush,
                brush.Between(0, brush.Width),
                horizon + brush.Between(0.04f, 0.09f),
                brush.Between(0.07f, 0.12f),
                brush.Between(100, 122)
            );
        var green = horizon + 0.1f;
        using (Scenery.Grass(brush, brush.Wave(green, 0.012f, 0.8f), green, 100, 40)) { }

        var road = brush.Between(0.2f, 0.8f) * brush.Width;
        using (
            var path = SceneBrush.Polygon(
                (road, green + 0.02f),
                (road + 0.025f, green + 0.02f),
                (road + brush.Between(0.1f, 0.3f), 1.01f),
                (road - brush.Between(0.05f, 0.2f), 1.01f)
            )
        )
        {
            brush.Fill(path, brush.Near(40, 36, 71));
            brush.Roughen(path, 40, 60, 1.5f);
        }

        var rows = brush.Whole(2, 3);
        for (var row = 0; row < rows; row++)
        {
            var ground = green + 0.09f + (0.16f * row);
            var size = 0.13f + (0.075f * row);
            for (var x = brush.Between(-0.08f, 0.12f); x < brush.Width; x += (size * 1.6f) + brush.Between(0.04f, 0.3f))
            {
                if (brush.Chance(0.72))
                    Scenery.House(brush, x, ground + brush.Between(-0.02f, 0.02f), size);
                else
                    Scenery.Tree(brush, x + (size * 0.6f), ground, size * 1.5f, brush.Between(94, 114));
            }
        }
    }
}
