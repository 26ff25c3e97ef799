using ActorColorize.Host.Serving;
using ActorColorize.Imaging.Archives;
using ActorColorize.Rest;

namespace ActorColorize.Host.Tests.Serving;

/// <summary>Curves by cursor, panels by name, thumbnails of whatever is there.</summary>
public sealed class DaemonFilesTests
{
    private const string Line = """
        {"kind":"train","step":STEP,"time":"2026-01-01T00:00:00+00:00","epoch":0,"loss":2,"loss_sum":2,"loss_weighted_mean":2,
        "loss_mean":"NaN","loss_maximum":2,"steps":1,"gradient_norm":1,"learning_rate":0.1,"pictures_per_second":3,
        "data_wait_share":0,"memory_bytes":1}
        """;

    [Fact]
    public void A_cursor_gets_what_came_after_it_and_a_foreign_one_gets_everything()
    {
        using var folder = new ScratchFolder();
        using var files = new DaemonFiles(new PictureProcessor());
        Append(folder, 10, 20);

        var whole = files.Curves(folder.Path, new CurveQuery(100));
        Append(folder, 30);
        var rest = files.Curves(folder.Path, new CurveQuery(100, whole.Cursor));
        var again = files.Curves(folder.Path, new CurveQuery(100, "other-2-0-0"));
        var part = files.Curves(folder.Path, new CurveQuery(100, null, 15, 25));

        Assert.Equal((true, 2L), (whole.IsWhole, whole.AllPoints));
        Assert.Null(whole.Loss[0]); // not finite
        Assert.False(rest.IsWhole);
        Assert.Equal([30], rest.Steps);
        Assert.True(again.IsWhole);
        Assert.Equal([10, 20, 30], again.Steps);
        Assert.Equal([20], part.Steps);
    }

    [Fact]
    public void Colours_are_those_of_the_newest_validation_up_to_a_step_that_counted_them()
    {
        using var folder = new ScratchFolder();
        using var files = new DaemonFiles(new PictureProcessor());
        var bytes = new byte[22 * 22];
        var truth = Convert.ToBase64String(bytes);
        bytes[23] = 204; // 10^((204 - 255) / 51)
        var ours = Convert.ToBase64String(bytes);
        File.AppendAllLines(
            Path.Combine(folder.Path, "metrics.jsonl"),
            [
                Validation(10, ""),
                Validation(
                    20,
                    $$"""
                    ,"our_colors":"{{ours}}","true_colors":"{{truth}}"
                    """
                ),
                Validation(30, ""),
            ]
        );

        Assert.Null(files.Colors(folder.Path, 19));
        var colors = files.Colors(folder.Path, null)!;
        Assert.Equal((20L, 22, -110.0, 10.0), (colors.Step, colors.Side, colors.First, colors.CellSize));
        Assert.Equal(0.1, colors.Ours[23], 1e-12);
        Assert.Equal(0.1, colors.Ours.Sum(), 1e-12);
        Assert.All(colors.Truth, share => Assert.Equal(0, share));

        static string Validation(int step, string more) =>
            $$"""{"kind":"validation","step":{{step}},"time":"2026-01-01T00:00:00+00:00","loss":1,"""
            + """
                "baseline_loss":2,"pictures":3,"seconds":1
                """
            + more
            + "}";
    }

    [Fact]
    public void Panels_are_listed_by_step_and_other_files_are_left_out()
    {
        using var folder = new ScratchFolder();
        using var files = new DaemonFiles(new PictureProcessor());
        Assert.Empty(files.Panels(folder.Path));
        Assert.Null(files.OpenPanel(folder.Path, 4));
        Assert.Null(files.Document(folder.Path));
        var panels = Directory.CreateDirectory(Path.Combine(folder.Path, "panel")).FullName;
        foreach (var name in new[] { "step-00000200.png", "step-00000004.png", "step-x.png", "other.png" })
            File.WriteAllText(Path.Combine(panels, name), name);

        Assert.Equal([4, 200], files.Panels(folder.Path).Select(panel => panel.Step));
        using var panel = files.OpenPanel(folder.Path, 4)!;
        Assert.Equal("step-00000004.png", new StreamReader(panel).ReadToEnd());
    }

    [Fact]
    public async Task A_missing_or_unreadable_picture_has_no_thumbnail()
    {
        using var folder = new ScratchFolder();
        using var files = new DaemonFiles(new PictureProcessor());
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "broken.jpg"), "no picture");

        Assert.Null(await files.ThumbnailAsync(folder.Path, "missing.jpg", 64, null, CancellationToken.None));
        Assert.Null(await files.ThumbnailAsync(folder.Path, "broken.jpg", 64, null, CancellationToken.None));
    }

    private static void Append(ScratchFolder folder, params int[] steps) =>
        File.AppendAllLines(
            Path.Combine(folder.Path, "metrics.jsonl"),
            steps.Select(step => Line.Replace("STEP", $"{step}", StringComparison.Ordinal).ReplaceLineEndings(""))
        );
}
