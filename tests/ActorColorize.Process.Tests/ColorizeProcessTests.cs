using System.Security.Cryptography;
using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;
using SkiaSharp;

namespace ActorColorize.Process.Tests;

public sealed class ColorizeProcessTests(TrainedModel model) : IClassFixture<TrainedModel>
{
    [Fact]
    public async Task A_tree_is_mirrored_in_colour_originals_are_unchanged_and_a_second_run_does_nothing()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        DrawnDataset.Draw(Path.Combine(archive, "a b", "one.jpg"), 1, 300, 200, grey: true);
        DrawnDataset.Draw(Path.Combine(archive, "ü", "two [1].png"), 2, 160, 240, grey: true);
        DrawnDataset.Draw(Path.Combine(archive, "colour.jpg"), 3, 120, 120);
        var originals = Hashes(archive);

        var first = await ColorizeAsync(scratch, archive);
        var results = Hashes(Path.Combine(scratch.Path, "out"));
        var second = await ColorizeAsync(scratch, archive);

        Assert.Equal((3, 2, 1, 0), Totals(first));
        Assert.Equal((3, 0, 3, 0), Totals(second));
        Assert.Equal(originals, Hashes(archive));
        Assert.Equal(results, Hashes(Path.Combine(scratch.Path, "out")));
        using var one = SKBitmap.Decode(Path.Combine(scratch.Path, "out", "a b", "one.jpg"));
        Assert.Equal((300, 200), (one.Width, one.Height));
        Assert.True(File.Exists(Path.Combine(scratch.Path, "out", "ü", "two [1].png")));
        Assert.False(File.Exists(Path.Combine(scratch.Path, "out", "colour.jpg")));
    }

    /// <summary>As older systems wrote them: "Grüße" in Latin-1.</summary>
    [Fact]
    public async Task Names_that_are_not_UTF_8_come_out_under_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        DrawnDataset.Draw(Path.Combine(scratch.Path, "archive", "folder", "one.jpg"), 1, 120, 90, grey: true);
        const string folder = "\"$(printf '\\344lter')\"";
        const string name = "\"$(printf 'Gr\\374\\337e.jpg')\"";
        await ShellAsync(scratch, $"cd archive/folder && touch -d '1998-07-14 12:30 UTC' one.jpg && mv one.jpg {name}");
        await ShellAsync(scratch, $"cd archive && mv folder {folder}");
        try
        {
            var first = await ColorizeAsync(scratch, "archive", "--compare");
            var second = await ColorizeAsync(scratch, "archive");

            Assert.Equal((1, 1, 0, 0), Totals(first));
            Assert.Equal((1, 0, 1, 0), Totals(second));
            Assert.Equal("900419400", await ShellAsync(scratch, $"stat -c %Y out/{folder}/{name}"));
            Assert.NotEqual("", await ShellAsync(scratch, "grep -r -l --include=*.html '%E4lter/Gr%FC%DFe.jpg' out"));
            using var line = JsonDocument.Parse((await File.ReadAllLinesAsync(Path.Combine(scratch.Path, "out", "manifest.jsonl")))[0]);
            Assert.Equal("\uEFE4lter/Gr\uEFFC\uEFDFe.jpg", line.RootElement.GetProperty("path").GetString());

            var program = $"'{Installation.Program}' colorize --model '{model.Run}' --quiet";
            await ShellAsync(scratch, $"{program} archive/{folder} --out inner");
            await ShellAsync(scratch, $"{program} archive/{folder}/{name} --out single");
            await ShellAsync(scratch, $"cmp out/{folder}/{name} inner/{name} && cmp inner/{name} single/{name}");
            var refused = await ProgramRun.OfAsync("/bin/sh", scratch, "-c", $"{program} archive --out {folder}");
            Assert.Equal(5, refused.ExitCode);
            Assert.Contains("the name is not UTF-8", Assert.Single(refused.ErrorLines), StringComparison.Ordinal);
        }
        finally
        {
            await ShellAsync(scratch, "rm -rf archive out inner single"); // .NET could not
        }
    }

    [Fact]
    public async Task Other_options_repeat_the_work_and_recolor_accepts_pictures_in_colour()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        DrawnDataset.Draw(Path.Combine(archive, "one.jpg"), 1, 100, 100, grey: true);
        DrawnDataset.Draw(Path.Combine(archive, "colour.jpg"), 3, 120, 120);
        await ColorizeAsync(scratch, archive);

        var saturated = await ColorizeAsync(scratch, archive, "--saturation", "1.5", "--recolor");

        Assert.Equal((2, 2, 0, 0), Totals(saturated));
    }

    [Fact]
    public async Task The_first_frame_of_an_animation_is_coloured_or_each_of_them()
    {
        using var scratch = new ScratchFolder();
        var archive = Directory.CreateDirectory(Path.Combine(scratch.Path, "archive")).FullName;
        foreach (var name in new[] { "moving.gif", "moving.webp" })
            File.Copy(
                Path.Combine(Installation.Root, "tests", "ActorColorize.Imaging.Tests", "Fixtures", name),
                Path.Combine(archive, name)
            );

        var first = await ColorizeAsync(scratch, archive);
        var before = Frames();
        var all = await ColorizeAsync(scratch, archive, "--all-frames");

        Assert.Equal((2, 2, 0, 0), Totals(first));
        Assert.Equal((2, 2, 0, 0), Totals(all)); // results of another kind: the work is done again
        Assert.Equal([1, 1], before);
        Assert.Equal([3, 3], Frames());

        // A picture that is not an animation has one frame, or no frames in Skia's words
        int[] Frames() =>
            [
                .. new[] { "moving.gif", "moving.webp" }.Select(name =>
                {
                    using var codec = SKCodec.Create(Path.Combine(scratch.Path, "out", name));
                    return Math.Max(1, codec.FrameCount);
                }),
            ];
    }

    [Fact]
    public async Task Pictures_of_extreme_shapes_are_coloured_at_their_own_size()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        (int Width, int Height)[] sizes = [(4000, 200), (8000, 100), (40, 4000), (1, 1), (16, 16), (1, 700)];
        foreach (var (width, height) in sizes)
        {
            DrawnDataset.Draw(Path.Combine(archive, $"{width}x{height}.jpg"), 1, width, height, grey: true);
            DrawnDataset.Draw(Path.Combine(archive, $"{width}x{height}.png"), 2, width, height, grey: true);
        }

        var run = await ColorizeAsync(scratch, archive);

        Assert.Equal((2 * sizes.Length, 2 * sizes.Length, 0, 0), Totals(run));
        foreach (var (width, height) in sizes)
        {
            foreach (var extension in (string[])["jpg", "png"])
            {
                using var coloured = SKBitmap.Decode(Path.Combine(scratch.Path, "out", $"{width}x{height}.{extension}"));
                Assert.Equal((width, height), (coloured.Width, coloured.Height));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_killed_or_stopped_job_is_resumed_and_finally_the_manifest_equals_the_tree(bool kill)
    {
        const int pictures = 80;
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        for (var i = 0; i < pictures; i++)
            DrawnDataset.Draw(Path.Combine(archive, i % 2 == 0 ? "even" : "odd", $"{i:D3}.jpg"), i, 900, 700, grey: true);
        var output = Path.Combine(scratch.Path, "out");
        var manifest = Path.Combine(output, "manifest.jsonl");
        await ColorizeAsync(scratch, archive);
        var calm = Contents(output);
        Directory.Delete(output, recursive: true);

        using (var program = new RunningProgram(scratch, ["colorize", archive, "--out", "out", "--model", model.Run, "--isolate=off"]))
        {
            await program.UntilAsync(
                () => File.Exists(manifest) && File.ReadLines(manifest).Count() >= 10,
                "the tenth line of the manifest"
            );
            if (kill)
                await program.KillAsync();
            else
                Assert.Equal(0, (await program.TerminateAsync()).ExitCode);
        }

        Assert.InRange(Contents(output).Count, 10, pictures - 1);
        var totals = Totals(await ColorizeAsync(scratch, archive));

        Assert.Equal((pictures, 0), (totals.Items, totals.Failed));
        Assert.InRange(totals.Skipped, 10, pictures - 1); // all that was recorded
        Assert.Equal(calm, Contents(output));
        var lines = (await File.ReadAllLinesAsync(manifest)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(lines, line => Assert.Equal("done", line.GetProperty("status").GetString()));
        Assert.Equal(
            calm,
            lines.Select(line => KeyValuePair.Create(line.GetProperty("path").GetString()!, line.GetProperty("output_sha256").GetString()!))
        );
    }

    /// <summary>The example of the help: in the folder of the picture, with an output folder beside it.</summary>
    [Fact]
    public async Task A_single_picture_may_be_coloured_into_a_folder_next_to_it_but_not_onto_itself()
    {
        using var scratch = new ScratchFolder();
        var portrait = Path.Combine(scratch.Path, "portrait.jpg");
        DrawnDataset.Draw(portrait, 1, 120, 90, grey: true);
        var original = await File.ReadAllBytesAsync(portrait);

        var beside = await ProgramRun.OfProgramAsync(scratch, "colorize", "portrait.jpg", "--out", "coloured", "--model", model.Run);
        var onto = await ProgramRun.OfProgramAsync(scratch, "colorize", "portrait.jpg", "--out", "coloured/..", "--model", model.Run);

        Assert.True(beside.ExitCode == 0, beside.Output + beside.Error);
        Assert.True(File.Exists(Path.Combine(scratch.Path, "coloured", "portrait.jpg")));
        Assert.Equal(2, onto.ExitCode);
        Assert.Contains("the result would replace the original", Assert.Single(onto.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(original, await File.ReadAllBytesAsync(portrait));
    }

    private static SortedDictionary<string, string> Contents(string root) =>
        new(
            Directory
                .EnumerateFiles(root, "*.jpg", SearchOption.AllDirectories)
                .ToDictionary(
                    path => Path.GetRelativePath(root, path),
                    path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))
                ),
            StringComparer.Ordinal
        );

    /// <summary>Runs a command of the shell; returns its output in one line.</summary>
    private static async Task<string> ShellAsync(ScratchFolder scratch, string command)
    {
        var run = await ProgramRun.OfAsync("/bin/sh", scratch, "-c", command);
        Assert.True(run.ExitCode == 0, run.Error);
        return string.Join(' ', run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<ProgramRun> ColorizeAsync(ScratchFolder scratch, string archive, params string[] more)
    {
        var run = await ProgramRun.OfProgramAsync(scratch, ["colorize", archive, "--out", "out", "--model", model.Run, "--json", .. more]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run;
    }

    private static (int Items, int Done, int Skipped, int Failed) Totals(ProgramRun run)
    {
        using var json = JsonDocument.Parse(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        var totals = json.RootElement;
        return (
            totals.GetProperty("items").GetInt32(),
            totals.GetProperty("done").GetInt32(),
            totals.GetProperty("skipped").GetInt32(),
            totals.GetProperty("failed").GetInt32()
        );
    }

    private static SortedDictionary<string, string> Hashes(string root) =>
        new(
            Directory
                .EnumerateFiles(root, "*.*", SearchOption.AllDirectories)
                .Where(path => Path.GetExtension(path) is ".jpg" or ".png")
                .ToDictionary(path => path, path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))),
            StringComparer.Ordinal
        );
}
