namespace ActorColorize.Model.Tests;

/// <summary>
/// Drawn pictures: a bright blue sky over a darker green field with a horizon somewhere, a little noise. Colour follows from lightness.
/// </summary>
internal static class SyntheticScenes
{
    public static byte[] Batch(int first, int count, int side)
    {
        var rgb = new byte[count * side * side * 3];
        var at = 0;
        for (var picture = first; picture < first + count; picture++)
        {
            var numbers = FormulaNumbers.Of($"scene {picture}", 1 + side * side);
            var horizon = side * (0.5 + 0.25 * numbers[0]);
            for (var i = 0; i < side * side; i++)
            {
                var noise = 12 * numbers[1 + i];
                var sky = i / side < horizon;
                rgb[at++] = (byte)((sky ? 120 : 30) + noise);
                rgb[at++] = (byte)((sky ? 170 : 100) + noise);
                rgb[at++] = (byte)((sky ? 240 : 20) + noise);
            }
        }

        return rgb;
    }
}
