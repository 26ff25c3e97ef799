using System.Globalization;
using System.Text;
using static ActorColorize.Host.Reports.ReportMarkup;

namespace ActorColorize.Host.Reports;

/// <summary>Pictures side by side: grey, ours (and the compared model's), truth, with their measures.</summary>
internal static class PictureCards
{
    private const int EagerPictures = 4;

    /// <summary>The cards' markup.</summary>
    /// <param name="outcome">The evaluation that the pictures are of.</param>
    /// <param name="pictures">The pictures, in the order shown.</param>
    /// <param name="atTop">Whether they are at the top of the page, so that the first are loaded eagerly.</param>
    public static string Of(EvaluationOutcome outcome, IReadOnlyList<ShownPictureFiles> pictures, bool atTop)
    {
        var html = new StringBuilder("<div class=\"cards\">\n");
        for (var i = 0; i < pictures.Count; i++)
        {
            var picture = pictures[i];
            var name = Encoded(outcome.Picture(picture.Picture.Position));
            var loading = atTop && i < EagerPictures ? "eager" : "lazy";
            var side = picture.Picture.Side;
            string Tile(string source, string role) =>
                $"<span><img src=\"{source}\" width=\"{side}\" height=\"{side}\" loading=\"{loading}\" alt=\"{role}: "
                + $"{name}\"><em>{role}</em></span>";
            html.Append($"<figure><div class=\"tiles tiles{2 + picture.Painted.Count}\">{Tile(picture.Grey, "grey")}");
            for (var m = 0; m < picture.Painted.Count; m++)
                html.Append(Tile(picture.Painted[m], m == 0 ? "ours" : "compared"));
            html.Append(
                $"{Tile(picture.Truth, "truth")}</div>\n<figcaption><b>{name}</b>"
                    + $"{Figures(outcome, picture.Picture.Position)}</figcaption></figure>\n"
            );
        }

        return html.Append("</div>\n").ToString();
    }

    private static string Figures(EvaluationOutcome outcome, int position)
    {
        var pictures = outcome.Evaluated.Pictures;
        var (ours, grey) = (pictures.Models[0][position], pictures.Grey[position]);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"AuC {ours.Auc:0.0} ({ours.Auc - grey.Auc:+0.0;−0.0} over grey) · rebalanced {ours.AucRebalanced:0.0} "
                + $"({ours.AucRebalanced - grey.AucRebalanced:+0.0;−0.0}) · "
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"CIEDE2000 {ours.Ciede2000:0.0} · PSNR {ours.Psnr:0.0} dB · colorfulness {ours.Colorfulness:0} of {ours.TrueColorfulness:0}"
        );
        if (pictures.Models.Count > 1)
            text.Append(
                CultureInfo.InvariantCulture,
                $" · compared: AuC {pictures.Models[1][position].Auc:0.0}, CIEDE2000 {pictures.Models[1][position].Ciede2000:0.0}"
            );
        var label = outcome.Pictures.Label(pictures.Items[position]);
        if (label >= 0)
            text.Append(" · ").Append(Encoded(outcome.Category(label)));
        if (label >= 0 && pictures.Scenes[0] is { } scenes && scenes[position] != label)
            text.Append(", classified as ").Append(Encoded(outcome.Category(scenes[position])));
        return $"<small>{text}</small>";
    }
}
