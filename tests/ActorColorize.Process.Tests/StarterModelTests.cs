using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

/// <summary>The starter model compared with its card.</summary>
public sealed class StarterModelTests
{
    private const string Drawn = "drawn";
    private const string Photographs = "photographs";

    /// <summary>In the units of each score: bf16 and fp32 differ by less, on any host.</summary>
    private const double Tolerance = 0.15;

    private static readonly string Models = Path.Combine(Path.GetDirectoryName(Installation.Program)!, "models");

    private static readonly JsonElement Card = JsonDocument.Parse(File.ReadAllText(Path.Combine(Models, "starter.json"))).RootElement;

    /// <summary>The photographs used for selecting the model, if available; they are not part of the repository.</summary>
    private static string PhotographsFolder { get; } = Path.GetFullPath(Path.Combine(Installation.Root, "..", "shared", "data", "scenes"));

    public static TheoryData<string> Datasets() => Directory.Exists(PhotographsFolder) ? [Drawn, Photographs] : [Drawn];

    [Fact]
    public void The_shipped_file_is_the_one_that_the_card_describes()
    {
        var file = Path.Combine(Models, "starter.safetensors");
        Assert.Equal(Card.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
        Assert.InRange(new FileInfo(file).Length, 1, 12_000_000);

        var card = File.ReadAllText(Path.Combine(Models, "starter.md"));
        foreach (var score in Card.GetProperty("scores").GetProperty(Photographs).EnumerateObject())
            Assert.Contains(score.Value.GetDouble().ToString("0.0", CultureInfo.InvariantCulture), card, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task The_shipped_file_gives_the_scores_of_its_card(string dataset)
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
            "--json"
        );

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        using var json = JsonDocument.Parse(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        var scores = Card.GetProperty("scores").GetProperty(dataset).EnumerateObject().ToList();
        Assert.NotEmpty(scores);
        var different = scores
            .Select(score => (score.Name, Card: score.Value.GetDouble(), Measured: json.RootElement.GetProperty(score.Name).GetDouble()))
            .Where(score => Math.Abs(score.Card - score.Measured) > Tolerance);
        Assert.Empty(different);
    }

    [Fact]
    public void On_photographs_it_beats_grey_in_common_and_in_rare_colours_and_is_as_colourful_as_they_are()
    {
        var scores = Card.GetProperty("scores").GetProperty(Photographs);
        var grey = Card.GetProperty("grey").GetProperty(Photographs);
        Assert.True(scores.GetProperty("auc").GetDouble() >= grey.GetProperty("auc").GetDouble() + 1.0);
        Assert.True(scores.GetProperty("auc_rebalanced").GetDouble() >= grey.GetProperty("auc_rebalanced").GetDouble() + 7.0);
        Assert.InRange(
            scores.GetProperty("colorfulness").GetDouble() / Card.GetProperty("colorfulness_truth").GetProperty(Photographs).GetDouble(),
            0.8,
            1.1
        );
    }
}
