using System.Runtime.InteropServices;
using System.Text.Json;
using ActorColorize.Model.Color;

namespace ActorColorize.Model.Tests.Evaluation;

/// <summary>
/// Pictures, predictions and the figures that scikit-image, PyTorch and NumPy give for them: scripts/make_evaluation_fixtures.py.
/// </summary>
internal static class EvaluationFixture
{
    private static readonly JsonElement Root = Read("evaluation.json");

    public static int Count => Root.GetProperty("count").GetInt32();

    public static int Height => Root.GetProperty("height").GetInt32();

    public static int Width => Root.GetProperty("width").GetInt32();

    public static byte[] Rgb_BHWC => Root.GetProperty("rgb").GetBytesFromBase64();

    /// <summary>At a quarter of the side.</summary>
    public static float[] Ab_B2hw => MemoryMarshal.Cast<byte, float>(Root.GetProperty("ab").GetBytesFromBase64()).ToArray();

    public static ColorPrior Prior =>
        new([.. Root.GetProperty("counts").EnumerateArray().Select(static count => count.GetInt64())], "fixture");

    /// <summary>What the mean-colour baseline paints with.</summary>
    public static MeanColor ConstantColor => new(Figures("constant_color")[0], Figures("constant_color")[1]);

    public static int[] Labels_B => [.. Figures("labels").Select(static label => (int)label)];

    /// <summary>Cells of the ab plane that hold a pixel.</summary>
    public static IEnumerable<(int A, int B, long Count)> Plane(string name) =>
        Root.GetProperty("planes")
            .GetProperty(name)
            .EnumerateArray()
            .Select(static cell => (cell[0].GetInt32(), cell[1].GetInt32(), cell[2].GetInt64()));

    public static IReadOnlyList<JsonElement> Categories => [.. Root.GetProperty("categories").EnumerateArray()];

    public static JsonElement Element(string name) => Root.GetProperty(name);

    public static double Figure(params string[] path)
    {
        var element = Root;
        foreach (var name in path)
            element = element.GetProperty(name);
        return element.GetDouble();
    }

    public static double[] Figures(params string[] path)
    {
        var element = Root;
        foreach (var name in path)
            element = element.GetProperty(name);
        return [.. element.EnumerateArray().Select(static figure => figure.GetDouble())];
    }

    public static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Evaluation", "Fixtures", name)));
        return document.RootElement.Clone();
    }
}
