using System.Text;
using ActorColorize.Actors.Gpu;
using ActorColorize.Data.Archives;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Gallery;
using ActorColorize.Imaging.Training;
using NetVips;

namespace ActorColorize.Host.Reports;

/// <summary>The folder of an evaluation's report: pages, plots and per-picture measures. Files of an earlier report are replaced.</summary>
internal static class EvaluationReportFolder
{
    private const string FirstPage = "index.html";
    private const string GalleryPage = "gallery.html";
    private const string GallerySheet = "gallery.jpg";
    private const string FrontierPicture = "frontier.svg";
    private const int SheetQuality = 90;

    /// <summary>Rows of grey, ours and truth side by side on the sheet.</summary>
    private const int SheetColumns = 3;

    /// <summary>Fails before the evaluation starts if the folder is not writable.</summary>
    /// <param name="folder">The value of <c>--report</c>.</param>
    /// <param name="pictures">Folder of the measured pictures; the report must not be inside it.</param>
    /// <exception cref="UserException">It is a file, or inside the folder of pictures.</exception>
    /// <exception cref="IOException">It cannot be created or written to.</exception>
    public static void Prepare(string folder, string pictures)
    {
        var path = Path.GetFullPath(folder);
        if (File.Exists(path))
            throw new OutputException($"--report {folder} is a file; give a folder");
        if (ArchiveScan.IsInside(pictures, path))
            throw new UsageException(
                $"--report {folder} is inside the data folder: its pictures would become part of the dataset; choose a folder outside "
                    + $"{pictures}"
            );
        Directory.CreateDirectory(path);
        var probe = AtomicFile.TemporaryPathFor(Path.Combine(path, FirstPage));
        File.WriteAllBytes(probe, [0]);
        File.Delete(probe);
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
        WriteText(path, "figures.json", outcome.ToJson(page: null, indented: true));
        if (evaluated.Frontier.Count > 0)
            WriteText(
                path,
                FrontierPicture,
                FrontierPlot.Draw(evaluated.Frontier, outcome.Report.Grey.Measures, outcome.Report.Model.Measures)
            );
        var hasGallery = evaluated.Gallery.Count > 0;
        if (hasGallery)
            WriteGallery(path, outcome);

        List<(string, string)> files =
        [
            ("figures.json", "all measures of the set, as JSON"),
            ("pictures.csv", "per-picture measures, as CSV"),
            ("pictures.json", "per-picture measures, as JSON"),
        ];
        if (hasGallery)
            files.Add((GallerySheet, "the gallery as one picture"));
        WriteText(
            path,
            FirstPage,
            EvaluationPage.Of(
                outcome,
                new EvaluationPageParts(
                    ShownPictureFiles.Write(path, "best", evaluated.Best),
                    ShownPictureFiles.Write(path, "worst", evaluated.Worst),
                    evaluated.Frontier.Count > 0 ? FrontierPicture : null,
                    hasGallery ? GalleryPage : null,
                    files
                )
            )
        );
        return Path.Combine(path, FirstPage);
    }

    private static void WriteGallery(string path, EvaluationOutcome outcome)
    {
        var pictures = outcome.Evaluated.Gallery;
        var cards = PictureCards.Of(outcome, ShownPictureFiles.Write(path, "gallery", pictures), atTop: true);
        var link = $"<p class=\"soft\">Evenly spaced through the set, not hand-picked. <a href=\"{FirstPage}\">All figures</a></p>\n";
        WriteText(
            path,
            GalleryPage,
            ReportMarkup.Page($"{pictures.Count} pictures: grey, ours, truth", EvaluationPage.Subtitle(outcome), link + cards)
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

    private static void WriteText(string folder, string name, string text) =>
        AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
