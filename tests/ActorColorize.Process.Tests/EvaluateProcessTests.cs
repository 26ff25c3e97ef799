using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

public sealed class EvaluateProcessTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    [Fact]
    public async Task A_report_covers_all_readable_pictures_and_names_the_others()
    {
        using var scratch = new ScratchFolder();
        using var data = new DrawnDataset(training: 4, validation: 5);
        await File.WriteAllTextAsync(Path.Combine(data.Root, "val", "scenes", "letter.jpg"), "dear reader");

        var run = await ProgramRun.OfProgramAsync(
            scratch,
            "evaluate",
            "--data",
            data.Root,
            "--model",
            model.Run,
            "--compare-with",
            model.Run,
            "--report",
            "report",
            "--gallery",
            "2",
            "--frontier",
            "--json"
        );

        Assert.True(run.ExitCode == 3, run.Output + run.Error);
        Assert.Contains(run.ErrorLines, static line => line.Contains("letter.jpg left out"));
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal(5, root.GetProperty("pictures").GetInt32());
        Assert.Equal(0, root.GetProperty("difference").GetProperty("auc").GetDouble(), 1e-9); // a model beside itself
        Assert.Equal(5, root.GetProperty("by_category")[0].GetProperty("pictures").GetInt32());
        Assert.True(root.GetProperty("frontier").GetArrayLength() > 10);
        var page = root.GetProperty("report").GetString()!;
        Assert.Equal(Path.Combine(scratch.Path, "report", "index.html"), page);
        Assert.Contains("letter.jpg", await File.ReadAllTextAsync(page));
        foreach (var name in (string[])["gallery.html", "gallery.jpg", "frontier.svg", "figures.json", "pictures.csv", "pictures.json"])
            Assert.True(File.Exists(Path.Combine(scratch.Path, "report", name)), name);
        Assert.Equal(6, (await File.ReadAllLinesAsync(Path.Combine(scratch.Path, "report", "pictures.csv"))).Length);
    }
}
