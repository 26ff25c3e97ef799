using System.Text;
using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Archives;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Charts;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Pages;
using ActorColorize.Imaging.Training;
using NetVips;

namespace ActorColorize.Host.Reports;

/// <summary>The folder of an evaluation's report: pages, plots and per-picture measures. Files of an earlier report are replaced.</summary>
internal static class EvaluationReportFolder
{
    private const string FirstPage = "index.html";
    private const string GalleryPageName = "gallery.html";
    private const string GallerySheet = "gallery.jpg";
    private const string FrontierPicture = "frontier.svg";
    private const int SheetQuality = 90;

    /// <summary>Rows of grey, ours and truth side by side on the sheet.</summary>
    private const int SheetColumns = 3;

    /// <summary>Fails before the evaluation starts if the folder is not writable.</summary>
    /// <param name="folder">The value of <c>--report</c>.</param>
    /// <param name="pictures">Folder of the measured pictures; the report must not be inside it.</param>
    /// <exception cref="UserException">It cannot be created or written to, or is inside the folder of pictures.</exception>
    public static void Prepare(string folder, string pictures)
    {
        var path = Path.GetFullPath(folder);
        if (ArchiveScan.IsInside(pictures, path))
            throw new UsageException(
                $"--report {folder} is inside the data folder: its pictures would become part of the dataset; choose a folder outside "
                    + $"{pictures}"
            );
        OutputFolder.MakeWritable("--report", path);
    }

    /// <summary>Writes the report; the first page is written last, so that all its links exist.</summary>
    /// <returns>The first page's file.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static string Write(string folder, EvaluationOutcome outcome)
    {
        var path = Path.GetFullPath(folder);
        var evaluated = outcome.Evaluated;
        var figures = new PictureFiguresFile(outcome);
        figures.WriteCsv(Path.Combine(path, "pictures.csv"));
        figures.WriteJson(Path.Combine(path, "pictures.json"));
        AtomicFile.Write(Path.Combine(path, "figures.json"), stream =>
            stream.Write(Encoding.UTF8.GetBytes(outcome.ToJson(page: null, indented: true)))
        );
        var hasFrontier = evaluated.Frontier.Count > 0;
        if (hasFrontier)
            PageFile.Write<FrontierPlot>(
                Path.Combine(path, FrontierPicture),
                new()
                {
                    [nameof(FrontierPlot.Points)] = evaluated.Frontier,
                    [nameof(FrontierPlot.Grey)] = outcome.Report.Grey.Measures,
                    [nameof(FrontierPlot.Used)] = outcome.Report.Model.Measures,
                }
            );
        List<(string, string)> files =
        [
            ("figures.json", "all measures of the set, as JSON"),
            ("pictures.csv", "per-picture measures, as CSV"),
            ("pictures.json", "per-picture measures, as JSON"),
        ];
        if (evaluated.Gallery.Count > 0)
        {
            WriteGallery(path, outcome);
            files.Insert(0, (GalleryPageName, $"{Quantities.Count(evaluated.Gallery.Count, "picture")} evenly spaced through the set"));
            files.Add((GallerySheet, "the gallery as one picture"));
        }

        PageFile.Write<EvaluationPage>(
            Path.Combine(path, FirstPage),
            new()
            {
                [nameof(EvaluationPage.Outcome)] = outcome,
                [nameof(EvaluationPage.Best)] = ShownPictureFiles.Write(path, "best", evaluated.Best),
                [nameof(EvaluationPage.Worst)] = ShownPictureFiles.Write(path, "worst", evaluated.Worst),
                [nameof(EvaluationPage.Frontier)] = hasFrontier ? FrontierPicture : null,
                [nameof(EvaluationPage.Files)] = files,
            }
        );
        return Path.Combine(path, FirstPage);
    }

    private static void WriteGallery(string path, EvaluationOutcome outcome)
    {
        var pictures = outcome.Evaluated.Gallery;
        PageFile.Write<GalleryPage>(
            Path.Combine(path, GalleryPageName),
            new()
            {
                [nameof(GalleryPage.Outcome)] = outcome,
                [nameof(GalleryPage.Pictures)] = ShownPictureFiles.Write(path, "gallery", pictures),
                [nameof(GalleryPage.FirstPage)] = FirstPage,
            }
        );
        AtomicFile.Write(Path.Combine(path, GallerySheet), stream => stream.Write(Sheet(pictures)));
    }

    private static byte[] Sheet(IReadOnlyList<ShownPicture> pictures)
    {
        var rows = pictures
            .Chunk(SheetColumns)
            .Select(static row =>
                (IReadOnlyList<byte[]>)
                    [.. row.SelectMany(static picture => (byte[][])[picture.Grey_HWC, .. picture.Painted_MHWC, picture.Truth_HWC])]
            )
            .ToList();
        string[] titles = pictures[0].Painted_MHWC.Count == 1 ? ["grey", "ours", "truth"] : ["grey", "ours", "compared", "truth"];
        var png = ContactSheet.EncodePng(
            pictures[0].Side,
            rows,
            [.. Enumerable.Repeat(titles, Math.Min(SheetColumns, pictures.Count)).SelectMany(static title => title)]
        );
        using var sheet = Image.NewFromBuffer(png);
        using var opaque = sheet.HasAlpha() ? sheet.Flatten() : sheet.Copy();
        return opaque.JpegsaveBuffer(q: SheetQuality, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.None);
    }
}
