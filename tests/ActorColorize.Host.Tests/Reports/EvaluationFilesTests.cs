using System.Globalization;
using System.Text.Json;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Reports;

namespace ActorColorize.Host.Tests.Reports;

public sealed class EvaluationFilesTests
{
    [Fact]
    public void Csv_and_json_hold_the_same_figures_of_every_picture_in_the_order_of_the_set()
    {
        using var measured = new MeasuredPictures(["a,b/1.jpg", "a,b/say \"2\"\n.jpg", "c/3.jpg"], models: 2);
        using var scratch = new ScratchFolder();
        EvaluationReportFolder.Write(scratch.Path, measured.Outcome);

        var table = Csv(File.ReadAllText(scratch["pictures.csv"]));
        using var json = JsonDocument.Parse(File.ReadAllBytes(scratch["pictures.json"]));

        var (head, rows) = (table[0], table[1..]);
        Assert.Equal(
            [
                "picture",
                "category",
                "auc",
                "auc_rebalanced",
                "psnr",
                "ciede2000",
                "colorfulness",
                "colorfulness_truth",
                "colorfulness_difference",
                "rebalanced_weight",
                "scene",
            ],
            head.Take(11)
        );
        Assert.Contains("grey_auc", head);
        Assert.Contains("other_ciede2000", head);
        Assert.DoesNotContain("other_scene", head);
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Equal(head.Count, row.Count));
        var set = measured.Outcome.Pictures;
        Assert.Equal(Enumerable.Range(0, 3).Select(set.RelativePath), rows.Select(static row => row[0]));
        Assert.Equal(["a,b", "a,b", "c"], rows.Select(static row => row[1]));
        Assert.Equal(1, rows.Sum(row => double.Parse(row[9], CultureInfo.InvariantCulture)), 1e-5);

        var objects = json.RootElement.EnumerateArray().ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            for (var column = 0; column < head.Count; column++)
            {
                var value = objects[i].GetProperty(head[column]);
                if (value.ValueKind == JsonValueKind.Number)
                    Assert.Equal(value.GetSingle(), float.Parse(rows[i][column], CultureInfo.InvariantCulture));
                else
                    Assert.Equal(value.GetString(), rows[i][column]);
            }
        }

        // The pictures were measured from the last to the first.
        Assert.Equal(measured.Outcome.Evaluated.Pictures.Models[0][2].Auc, objects[0].GetProperty("auc").GetSingle());
    }

    [Fact]
    public void One_object_describes_what_was_measured_and_how()
    {
        using var measured = new MeasuredPictures(["a/1.jpg", "b/2.jpg", "b/3.jpg"], models: 2, unreadable: ["b/4.jpg"]);
        using var screen = new RecordedScreen(OutputStyle.Json);

        EvaluationDisplay.Show(screen.Screen, measured.Outcome, "report/index.html");

        using var json = JsonDocument.Parse(Assert.Single(screen.Output));
        var root = json.RootElement;
        var report = measured.Outcome.Report;
        Assert.Equal(report.Model.Measures.Auc, root.GetProperty("auc").GetDouble());
        Assert.Equal(1.0 / 3, root.GetProperty("scene_accuracy").GetDouble(), 1e-9);
        Assert.Equal(3, root.GetProperty("scene_pictures").GetInt32());
        Assert.Equal("runs/<0>", root.GetProperty("model").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("model").GetProperty("rebalance").ValueKind);
        var other = root.GetProperty("compared_with");
        Assert.Equal(report.Other!.Measures.Auc, other.GetProperty("auc").GetDouble());
        Assert.Equal(JsonValueKind.Null, other.GetProperty("scene_accuracy").ValueKind);
        Assert.Equal(0.5, other.GetProperty("model").GetProperty("rebalance").GetDouble());
        Assert.Equal(3, other.GetProperty("pictures_where_model_is_nearer").GetInt32());
        Assert.Equal(
            report.Model.Measures.Psnr - report.Other.Measures.Psnr,
            root.GetProperty("difference").GetProperty("psnr").GetDouble(),
            1e-9
        );
        Assert.Equal(
            report.Model.Measures.Auc - report.Grey.Measures.Auc,
            root.GetProperty("over_grey").GetProperty("auc").GetDouble(),
            1e-4
        );
        Assert.Equal(
            report.Model.Measures.AucRebalanced - report.Grey.Measures.AucRebalanced,
            root.GetProperty("over_grey").GetProperty("auc_rebalanced").GetDouble(),
            1e-4
        );
        Assert.True(root.GetProperty("over_other").GetProperty("auc_standard_error").GetDouble() > 0);
        Assert.Equal(
            ["a", "b"],
            root.GetProperty("by_category").EnumerateArray().Select(static category => category.GetProperty("category").GetString())
        );
        Assert.Equal("b/4.jpg", root.GetProperty("unreadable")[0].GetProperty("picture").GetString());
        Assert.Equal("report/index.html", root.GetProperty("report").GetString());
        Assert.InRange(root.GetProperty("pictures_with_half_the_rebalanced_weight").GetInt32(), 1, 2);
    }

    /// <summary>RFC 4180, read by the letter.</summary>
    private static List<List<string>> Csv(string text)
    {
        var (rows, row, field, quoted) = (new List<List<string>>(), new List<string>(), "", false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field += '"';
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    row.Add(field);
                    field = "";
                    break;
                case '\r' when !quoted && text[i + 1] == '\n':
                    rows.Add([.. row, field]);
                    (row, field) = ([], "");
                    i++;
                    break;
                default:
                    field += text[i];
                    break;
            }
        }

        return rows;
    }
}
