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

    [Fact]
    public async Task A_cleaned_kit_leaves_out_what_is_missing_damaged_grey_or_in_training_too_and_can_be_trained_on()
    {
        using var scratch = new ScratchFolder();
        var images = Path.Combine(scratch.Path, "kit", "images");
        for (var i = 0; i < 6; i++)
            PatchworkPicture.Draw(Path.Combine(images, "train", $"{i}.jpg"), i, 80, 60);
        PatchworkPicture.Draw(Path.Combine(images, "val", "leak.jpg"), 2, 80, 60);
        PatchworkPicture.Draw(Path.Combine(images, "val", "new.jpg"), 9, 80, 60);
        DrawnDataset.Draw(Path.Combine(images, "train", "grey.jpg"), 11, 80, 60, grey: true);
        await File.WriteAllTextAsync(Path.Combine(images, "train", "broken.jpg"), "no picture");
        var lists = Directory.CreateDirectory(Path.Combine(scratch.Path, "kit", "data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(lists, "categories.txt"), "/a 0\n");
        string[] train = ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "grey.jpg", "broken.jpg", "lost.jpg"];
        await File.WriteAllLinesAsync(Path.Combine(lists, "train.txt"), train.Select(static name => $"train/{name} 0"));
        await File.WriteAllLinesAsync(Path.Combine(lists, "val.txt"), ["val/leak.jpg 0", "val/new.jpg 0"]);

        var run = await ProgramRun.OfProgramAsync(scratch, "dataset", "clean", "kit", "--out", "clean");

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains(
            "train: 6 of 9 pictures kept; left out: 1 missing, 1 unreadable, 1 without colour",
            run.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("val: 1 of 2 pictures kept; left out: 1 duplicate", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "val\tval/leak.jpg\tduplicate\ttrain: train/2.jpg",
            await File.ReadAllLinesAsync(Path.Combine(scratch.Path, "clean", "excluded.tsv"))
        );
        var inspected = await ProgramRun.OfProgramAsync(scratch, "dataset", "inspect", "clean", "--json");
        using var json = JsonDocument.Parse(inspected.Output);
        Assert.Equal(
            [6, 1],
            json.RootElement.GetProperty("splits")
                .EnumerateArray()
                .Select(static split => split.GetProperty("pictures").GetInt32())
                .Order()
                .Reverse()
        );
        Assert.Equal(0, inspected.ExitCode);

        var again = await ProgramRun.OfProgramAsync(scratch, "dataset", "clean", "kit", "--out", "clean");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("not an empty folder", Assert.Single(again.ErrorLines), StringComparison.Ordinal);
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
