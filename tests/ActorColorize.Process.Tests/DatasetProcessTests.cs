using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;

namespace ActorColorize.Process.Tests;

public sealed class DatasetProcessTests
{
    [Fact]
    public async Task A_folder_is_inspected_with_a_page_and_an_unreadable_picture_is_listed()
    {
        using var scratch = new ScratchFolder();
        var data = Path.Combine(scratch.Path, "data");
        for (var i = 0; i < 6; i++)
            PatchworkPicture.Draw(Path.Combine(data, "train", "a b", $"{i}.jpg"), i, 80, 60);
        PatchworkPicture.Draw(Path.Combine(data, "val", "a b", "leak [0].jpg"), 2, 80, 60);
        await File.WriteAllTextAsync(Path.Combine(data, "train", "letter.png"), "dear reader");

        var run = await ProgramRun.OfProgramAsync(scratch, "dataset", "inspect", data, "--report", "findings", "--json");

        Assert.True(run.ExitCode == 3, run.Output + run.Error);
        using var json = JsonDocument.Parse(run.Output);
        var found = json.RootElement;
        Assert.Equal(7, found.GetProperty("splits")[0].GetProperty("pictures").GetInt32());
        Assert.Equal("train/letter.png", found.GetProperty("unreadable")[0].GetProperty("path").GetString());
        var leak = Assert.Single(found.GetProperty("duplicates").EnumerateArray());
        Assert.True(leak.GetProperty("exact").GetBoolean() && leak.GetProperty("spans_splits").GetBoolean());
        Assert.True(File.Exists(Path.Combine(scratch.Path, "findings", "dataset.html")));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("data", "--split", "winter")]
    public async Task A_missing_folder_or_split_is_reported_in_one_line(params string[] arguments)
    {
        using var scratch = new ScratchFolder();
        PatchworkPicture.Draw(Path.Combine(scratch.Path, "data", "one.jpg"), 1, 40, 40);

        var run = await ProgramRun.OfProgramAsync(scratch, ["dataset", "inspect", .. arguments]);

        Assert.Equal(4, run.ExitCode);
        Assert.Contains(arguments[^1], Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }
}
