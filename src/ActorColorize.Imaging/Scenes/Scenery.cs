using SkiaSharp;

namespace ActorColorize.Imaging.Scenes;

/// <summary>
/// The things that scenes are made of. Each has a look of its own in lightness alone (skies are smooth and lighten downwards, foliage is
/// mottled, the
/// sea is streaked, sand is fine-grained), so that its colour can be learned from a grey picture.
/// </summary>
internal static class Scenery
{
    /// <summary>A day's sky, deep blue above and pale at the horizon, often with clouds.</summary>
    public static void DaySky(SceneBrush brush, float horizon)
    {
        using var sky = brush.Below(-0.01f);
        brush.Fill(sky, 0, brush.Near(213, 72, 47), horizon, brush.Near(203, 65, 83, 0.5f));
        if (brush.Chance(0.75))
        {
            for (var i = brush.Whole(1, 3); i > 0; i--)
                Cloud(
                    brush,
                    brush.Between(0, brush.Width),
                    brush.Between(0.06f, Math.Max(0.1f, horizon - 0.22f)),
                    brush.Between(0.05f, 0.11f)
                );
        }
    }

    /// <summary>A row of soft white heaps with a flat grey underside.</summary>
    public static void Cloud(SceneBrush brush, float x, float y, float size)
    {
        for (var i = 0; i < 9; i++)
        {
            var across = brush.Between(-1.6f, 1.6f) * size;
            var lift = (1 - MathF.Abs(across / (1.9f * size))) * brush.Between(0, 0.55f) * size;
            var radius = size * brush.Between(0.3f, 0.6f);
            brush.Oval(x + across, y - lift + (0.1f * size), radius * 1.15f, radius * 0.75f, new SKColor(226, 231, 238, 120), size * 0.12f);
            brush.Oval(x + across, y - lift, radius, radius * 0.62f, new SKColor(255, 255, 255, 215), size * 0.1f);
        }
    }

    /// <summary>Evening: dusk blue above, orange at the horizon, a low sun.</summary>
    /// <returns>Where the sun stands across.</returns>
    public static float EveningSky(SceneBrush brush, float horizon)
    {
        var middle = horizon * brush.Between(0.5f, 0.65f);
        using var sky = brush.Below(-0.01f);
        var orange = brush.Near(26, 90, 58);
        brush.Fill(sky, 0, brush.Near(255, 34, 28), middle, brush.Near(350, 45, 52));
        using var low = brush.Below(middle * 0.75f);
        brush.Fill(low, middle * 0.75f, brush.Near(345, 45, 48).WithAlpha(0), horizon, orange);
        var sun = brush.Between(0.25f, 0.75f) * brush.Width;
        brush.Glow(sun, horizon, 0.5f, new SKColor(255, 196, 96, 220));
        brush.Disc(sun, horizon - brush.Between(0.0f, 0.07f), brush.Between(0.045f, 0.07f), new SKColor(255, 240, 190));
        for (var i = brush.Whole(2, 5); i > 0; i--)
            brush.Oval(
                brush.Between(0, brush.Width),
                brush.Between(0.08f, middle * 1.2f),
                brush.Between(0.12f, 0.3f),
                brush.Between(0.006f, 0.016f),
                brush.Near(345, 32, 36).WithAlpha(170),
                0.008f
            );
        return sun;
    }

    /// <summary>The open sea: streaks from left to right, darker far away.</summary>
    public static void Sea(SceneBrush brush, float horizon, float shore, float hue)
    {
        using var water = SceneBrush.Polygon((0, horizon), (brush.Width, horizon), (brush.Width, shore + 0.05f), (0, shore + 0.05f));
        brush.Fill(water, horizon, brush.Near(hue, 68, 31), shore, brush.Near(hue - 18, 55, 56));
        brush.Roughen(water, 4, 55, 2.2f);
        using (brush.Inside(water))
        {
            for (var i = brush.Whole(18, 34); i > 0; i--)
            {
                var depth = MathF.Pow(brush.Between(0, 1), 1.4f);
                var y = horizon + (depth * (shore - horizon));
                var length = brush.Between(0.01f, 0.05f) * (0.3f + depth);
                var x = brush.Between(0, brush.Width);
                brush.Line(x, y, x + length, y, 0.0025f + (0.003f * depth), new SKColor(255, 255, 255, (byte)brush.Whole(60, 150)));
            }
        }
    }

    /// <summary>Sand with fine grain, wet and darker at the water's edge.</summary>
    public static void Sand(SceneBrush brush, Func<float, float> edge)
    {
        using var foam = brush.BelowSkyline(x => edge(x) - 0.016f);
        brush.Fill(foam, new SKColor(250, 252, 252));
        using var wet = brush.BelowSkyline(edge);
        brush.Fill(wet, brush.Near(36, 38, 55));
        using var dry = brush.BelowSkyline(x => edge(x) + 0.035f);
        brush.Fill(dry, 0.6f, brush.Near(42, 58, 76), 1, brush.Near(38, 55, 66));
        brush.Roughen(wet, 60, 60, 1.6f);
    }

    /// <summary>A hill or meadow: mottled green, lighter where it faces up.</summary>
    public static SKPath Grass(SceneBrush brush, Func<float, float> skyline, float top, float hue, float lightness)
    {
        var hill = brush.BelowSkyline(skyline);
        brush.Fill(hill, top, brush.Near(hue, 46, lightness + 7), Math.Min(1, top + 0.45f), brush.Near(hue + 6, 50, lightness - 7));
        brush.Roughen(hill, 34, 70, 2.4f);
        return hill;
    }

    /// <summary>Mountains of bare rock with snow above the snow line.</summary>
    public static void Mountains(SceneBrush brush, float foot, float height, bool far)
    {
        var peaks = brush.Whole(2, 4);
        var places = new (float X, float Height, float Slope)[peaks];
        for (var i = 0; i < peaks; i++)
            places[i] = (
                brush.Width * (i + brush.Between(0.2f, 0.8f)) / peaks,
                height * brush.Between(0.7f, 1),
                brush.Between(0.75f, 1.15f)
            );
        var ragged = brush.Wave(0, 0.012f, 7);
        var fine = brush.Wave(0, 0.006f, 19);
        float Skyline(float x) =>
            foot - Math.Max(0, places.Max(peak => peak.Height - (peak.Slope * MathF.Abs(x - peak.X)))) + ragged(x) + fine(x);

        using var rock = brush.BelowSkyline(Skyline);
        if (far)
        {
            brush.Fill(rock, foot - height, brush.Near(214, 26, 60), foot, brush.Near(208, 28, 74));
            return;
        }

        brush.Fill(rock, foot - height, brush.Near(222, 12, 48), foot, brush.Near(30, 11, 38));
        brush.Roughen(rock, 14, 9, 3);
        var snowLine = foot - (height * brush.Between(0.38f, 0.55f));
        var dents = brush.Wave(0, 0.035f, 5);
        var teeth = brush.Wave(0, 0.02f, 13);
        using (brush.Inside(rock))
        {
            using var snow = brush.BelowSkyline(x => Math.Min(Skyline(x), snowLine));
            using var ground = brush.BelowSkyline(x => snowLine + dents(x) + teeth(x));
            using var capped = snow.Op(ground, SKPathOp.Difference);
            brush.Fill(capped, foot - height, new SKColor(252, 253, 255), snowLine + 0.04f, new SKColor(216, 226, 240));
            brush.Roughen(capped, 12, 7, 0.8f);
            foreach (var peak in places)
            {
                // The side away from the light lies in a blue shadow.
                var summit = foot - peak.Height;
                using var shadow = SceneBrush.Polygon(
                    (peak.X, summit - 0.02f),
                    (peak.X + (0.9f * peak.Height), foot),
                    (peak.X + (0.12f * peak.Height), foot),
                    (peak.X + 0.02f, summit + (0.45f * peak.Height)),
                    (peak.X - 0.015f, summit + (0.2f * peak.Height))
                );
                brush.Fill(shadow, new SKColor(38, 58, 112, 62));
            }
        }
    }

    /// <summary>A broad-leaved tree: brown trunk, mottled crown lit from the upper left.</summary>
    public static void Tree(SceneBrush brush, float x, float ground, float height, float hue)
    {
        var trunk = height * 0.07f;
        using var wood = SceneBrush.Polygon(
            (x - trunk, ground),
            (x - (trunk * 0.6f), ground - (height * 0.6f)),
            (x + (trunk * 0.6f), ground - (height * 0.6f)),
            (x + trunk, ground)
        );
        brush.Oval(x + (height * 0.12f), ground, height * 0.36f, height * 0.05f, new SKColor(20, 40, 10, 90), height * 0.03f);
        brush.Fill(wood, brush.Near(26, 38, 26));
        for (var i = 0; i < 70; i++)
        {
            var angle = brush.Between(0, MathF.Tau);
            var reach = MathF.Sqrt(brush.Between(0, 1));
            var dx = MathF.Cos(angle) * reach;
            var dy = MathF.Sin(angle) * reach;
            var light = (i * 0.24f) - 6 - (5 * dx) - (7 * dy);
            brush.Disc(
                x + (dx * height * 0.33f),
                ground - (height * 0.66f) + (dy * height * 0.29f),
                height * brush.Between(0.055f, 0.11f),
                brush.Near(hue, 48, Math.Clamp(22 + light, 11, 44), 0.8f)
            );
        }
    }

    /// <summary>A conifer: stacked dark triangles.</summary>
    public static void Conifer(SceneBrush brush, float x, float ground, float height)
    {
        var green = brush.Near(148, 38, 19);
        brush.Line(x, ground, x, ground - (height * 0.2f), height * 0.05f, brush.Near(25, 40, 22));
        for (var layer = 0; layer < 4; layer++)
        {
            var bottom = ground - (height * (0.1f + (0.2f * layer)));
            var half = height * (0.25f - (0.05f * layer));
            using var skirt = SceneBrush.Polygon((x - half, bottom), (x, bottom - (height * 0.36f)), (x + half, bottom));
            brush.Fill(skirt, SceneBrush.Shade(green, layer * 2.2f));
        }
    }

    /// <summary>A house with light walls, a red tiled roof, dark windows and a door.</summary>
    public static void House(SceneBrush brush, float x, float ground, float size)
    {
        var wide = size * brush.Between(1.0f, 1.5f);
        var wall = size * brush.Between(0.55f, 0.7f);
        var roof = size * brush.Between(0.42f, 0.58f);
        var side = wide * 0.42f;
        var cream = brush.Near(42, 45, 87, 0.6f);
        var tiles = brush.Near(10, 64, 42);
        var eaves = ground - wall;

        brush.Oval(x + (0.6f * wide), ground, wide * 0.7f, size * 0.07f, new SKColor(20, 30, 10, 90), size * 0.04f);
        using var front = SceneBrush.Polygon(
            (x, ground),
            (x, eaves),
            (x + (side / 2), eaves - (roof * 0.95f)),
            (x + side, eaves),
            (x + side, ground)
        );
        using var flank = SceneBrush.Polygon((x + side, ground), (x + side, eaves), (x + wide, eaves), (x + wide, ground));
        brush.Fill(front, cream);
        brush.Fill(flank, SceneBrush.Shade(cream, -13));
        using var top = SceneBrush.Polygon(
            (x + side + (size * 0.05f), eaves + (size * 0.05f)),
            (x + (side / 2), eaves - roof),
            (x + wide - (side * 0.45f), eaves - roof),
            (x + wide + (size * 0.06f), eaves + (size * 0.05f))
        );
        brush.Fill(top, tiles);
        brush.Roughen(top, 30, 70, 2.5f);
        brush.Line(x - (size * 0.05f), eaves + (size * 0.05f), x + (side / 2), eaves - roof, size * 0.06f, SceneBrush.Shade(tiles, -6));

        var chimney = x + (wide * 0.62f);
        using var stack = SceneBrush.Polygon(
            (chimney, eaves - (roof * 0.75f)),
            (chimney, eaves - (roof * 1.3f)),
            (chimney + (size * 0.1f), eaves - (roof * 1.3f)),
            (chimney + (size * 0.1f), eaves - (roof * 0.75f))
        );
        brush.Fill(stack, brush.Near(14, 45, 36));

        var pane = size * 0.13f;
        var frame = brush.Near(205, 28, 24);
        for (var window = 0; window < 3; window++)
        {
            var left = x + side + ((wide - side) * (0.1f + (0.3f * window)));
            using var glass = SceneBrush.Polygon(
                (left, eaves + (wall * 0.3f)),
                (left + pane, eaves + (wall * 0.3f)),
                (left + pane, eaves + (wall * 0.62f)),
                (left, eaves + (wall * 0.62f))
            );
            brush.Fill(glass, frame);
        }

        var door = x + (side * 0.34f);
        using var wood = SceneBrush.Polygon(
            (door, ground),
            (door, ground - (wall * 0.58f)),
            (door + (side * 0.32f), ground - (wall * 0.58f)),
            (door + (side * 0.32f), ground)
        );
        brush.Fill(wood, brush.Near(24, 52, 27));
    }

    /// <summary>A sailing boat with white sails and a red hull.</summary>
    public static void Boat(SceneBrush brush, float x, float water, float size)
    {
        using var main = SceneBrush.Polygon(
            (x, water - (size * 1.25f)),
            (x, water - (size * 0.16f)),
            (x + (size * 0.5f), water - (size * 0.16f))
        );
        using var jib = SceneBrush.Polygon(
            (x - (size * 0.05f), water - (size * 1.05f)),
            (x - (size * 0.05f), water - (size * 0.16f)),
            (x - (size * 0.4f), water - (size * 0.16f))
        );
        using var hull = SceneBrush.Polygon(
            (x - (size * 0.5f), water - (size * 0.13f)),
            (x + (size * 0.58f), water - (size * 0.13f)),
            (x + (size * 0.38f), water + (size * 0.06f)),
            (x - (size * 0.36f), water + (size * 0.06f))
        );
        brush.Fill(main, new SKColor(252, 252, 248));
        brush.Fill(jib, new SKColor(236, 238, 240));
        brush.Fill(hull, brush.Near(4, 66, 38));
    }

    /// <summary>A parasol in red and white.</summary>
    public static void Parasol(SceneBrush brush, float x, float ground, float size)
    {
        brush.Oval(x + (size * 0.25f), ground, size * 0.55f, size * 0.08f, new SKColor(90, 60, 20, 110), size * 0.03f);
        brush.Line(x, ground, x, ground - (size * 0.95f), size * 0.05f, new SKColor(240, 236, 226));
        const int Strips = 6;
        var red = brush.Near(2, 76, 47);
        for (var i = 0; i < Strips; i++)
        {
            var left = x - (size * 0.62f) + (1.24f * size * i / Strips);
            var right = left + (1.24f * size / Strips);
            using var strip = SceneBrush.Polygon(
                (x, ground - (size * 1.22f)),
                (left, ground - (size * 0.82f)),
                (right, ground - (size * 0.82f))
            );
            brush.Fill(strip, i % 2 == 0 ? red : new SKColor(250, 248, 244));
        }
    }

    /// <summary>A poppy or daisy on a stem.</summary>
    public static void Flower(SceneBrush brush, float x, float ground, float size, bool poppy)
    {
        brush.Line(x, ground, x, ground - size, size * 0.07f, brush.Near(105, 45, 24));
        var head = ground - size;
        var petal = poppy ? brush.Near(4, 82, 45) : new SKColor(250, 250, 246);
        for (var i = 0; i < 5; i++)
        {
            var angle = (MathF.Tau * i / 5) + 0.3f;
            brush.Disc(
                x + (MathF.Cos(angle) * size * 0.19f),
                head + (MathF.Sin(angle) * size * 0.16f),
                size * 0.19f,
                i % 2 == 0 ? petal : SceneBrush.Shade(petal, -5)
            );
        }

        brush.Disc(x, head, size * 0.11f, poppy ? new SKColor(34, 26, 26) : brush.Near(46, 92, 54));
    }
}
