using System.Runtime.InteropServices;
using System.Text.Json;
using ActorColorize.Model.Color;

namespace ActorColorize.Model.Tests.Evaluation;

/// <summary>Pictures, predictions and the figures that scikit-image, PyTorch and NumPy give for them: scripts/make_evaluation_fixtures.py.</summary>
internal static class EvaluationFixture
{
    private static readonly JsonElement Root = Read("evaluation.json");

    public static int Count => Root.GetProperty("count").GetInt32();

    public static int Height => Root.GetProperty("height").GetInt32();

    public static int Width => Root.GetProperty("width").GetInt32();

    public static byte[] Rgb_BHWC => Root.GetProperty("rgb").GetBytesFromBase64();

    /// <summary>At a quarter of the side.</summary>
    public static float[] Ab_B2hw => MemoryMarshal.Cast<byte, float>(Root.GetProperty("ab").GetBytesFromBase64()).ToArray();

    public static ColorPrior Prior => new([.. Root.GetProperty("counts").EnumerateArray().Select(static count => count.GetInt64())], "fixture");

    public static double Figure(params string[] path)
    {
        var element = Root;
        foreach (var name in path) element = element.GetProperty(name);
        return element.GetDouble();
    }

    public static double[] Figures(params string[] path)
    {
        var element = Root;
        foreach (var name in path) element = element.GetProperty(name);
        return [.. element.EnumerateArray().Select(static figure => figure.GetDouble())];
    }

    public static JsonElement Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Evaluation", "Fixtures", name)));
        return document.RootElement.Clone();
    }
}
