using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>The models in the box compared with their cards.</summary>
public sealed class ShippedModelsTests
{
    private const string Drawn = "drawn";
    private const string Photographs = "photographs";

    /// <summary>In the units of each score: bf16 and fp32 differ by less, on any host.</summary>
    private const double Tolerance = 0.15;

    private static readonly string Models = Path.Combine(Path.GetDirectoryName(Installation.Program)!, "models");

    /// <summary>Photographs of six kinds of landscapes, if available; they are not part of the repository.</summary>
    private static string PhotographsFolder { get; } = Path.GetFullPath(Path.Combine(Installation.Root, "..", "shared", "data", "scenes"));

    public static TheoryData<string> Names() => ["places", "landscapes"];

    /// <summary>The photographs, which take longest, for the default model only.</summary>
    public static TheoryData<string, string> NamesAndDatasets()
    {
        var pairs = new TheoryData<string, string> { { "places", Drawn }, { "landscapes", Drawn } };
        if (Directory.Exists(PhotographsFolder))
            pairs.Add("places", Photographs);
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_file_is_the_one_that_the_card_describes(string name)
    {
        var figures = Figures(name);
        var file = Path.Combine(Models, name + ".safetensors");
        Assert.Equal(figures.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
        Assert.InRange(new FileInfo(file).Length, 1, 12_000_000);

        var card = File.ReadAllText(Path.Combine(Models, name + ".md"));
        foreach (var score in figures.GetProperty("scores").GetProperty(Photographs).EnumerateObject())
            Assert.Contains(score.Value.GetDouble().ToString("0.0", CultureInfo.InvariantCulture), card, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NamesAndDatasets))]
    public async Task The_file_gives_the_scores_of_its_card(string name, string dataset)
    {
        using var scratch = new ScratchFolder();
        using var drawn = new DrawnDataset(training: 40, validation: 16, side: 128);

        var run = await ProgramRun.OfProgramAsync(
            scratch,
            "evaluate",
            "--data",
            dataset == Drawn ? drawn.Root : PhotographsFolder,
            "--split",
            "val",
            "--model",
            name,
            "--threads",
            "1", // beside other tests, threads that wait for each other cost more than they gain
            "--json"
        );

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        using var json = JsonDocument.Parse(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        var scores = Figures(name).GetProperty("scores").GetProperty(dataset).EnumerateObject().ToList();
        Assert.NotEmpty(scores);
        var different = scores
            .Select(score => (score.Name, Card: score.Value.GetDouble(), Measured: json.RootElement.GetProperty(score.Name).GetDouble()))
            .Where(score => Math.Abs(score.Card - score.Measured) > Tolerance);
        Assert.Empty(different);
    }

    [Theory]
    [InlineData("places", 0.5, 2.0, 0.7)]
    [InlineData("landscapes", 1.0, 7.0, 0.8)]
    public void On_photographs_it_beats_grey_in_common_and_in_rare_colours_and_is_about_as_colourful_as_they_are(
        string name,
        double auc,
        double rebalanced,
        double colorfulness
    )
    {
        var figures = Figures(name);
        var scores = figures.GetProperty("scores").GetProperty(Photographs);
        var grey = figures.GetProperty("grey").GetProperty(Photographs);
        Assert.True(scores.GetProperty("auc").GetDouble() >= grey.GetProperty("auc").GetDouble() + auc);
        Assert.True(scores.GetProperty("auc_rebalanced").GetDouble() >= grey.GetProperty("auc_rebalanced").GetDouble() + rebalanced);
        Assert.InRange(
            scores.GetProperty("colorfulness").GetDouble() / figures.GetProperty("colorfulness_truth").GetProperty(Photographs).GetDouble(),
            colorfulness,
            1.1
        );
    }

    private static JsonElement Figures(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Models, name + ".json"))).RootElement;
}
