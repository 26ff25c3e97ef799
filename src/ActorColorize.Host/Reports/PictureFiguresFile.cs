using System.Globalization;
using System.Text;
using System.Text.Json;
using ActorColorize.Data.Storage;
using ActorColorize.Model.Evaluation;

namespace ActorColorize.Host.Reports;

/// <summary>Writes per-picture measures, one line or object each, in the order of the dataset.</summary>
/// <remarks>
/// Columns: <c>picture category auc auc_rebalanced psnr ciede2000 colorfulness colorfulness_truth colorfulness_difference
/// rebalanced_weight</c>, the weight as the picture's share in the set's rebalanced AuC; <c>scene</c> where the model names one;
/// <c>grey_…</c> for the same picture in grey, and <c>other_…</c> for the model that is compared.
/// </remarks>
internal sealed class PictureFiguresFile
{
    private readonly EvaluationOutcome _outcome;
    private readonly List<Column> _columns;

    public PictureFiguresFile(EvaluationOutcome outcome)
    {
        _outcome = outcome;
        var pictures = outcome.Evaluated.Pictures;
        var totalWeight = pictures.Grey.Sum(static picture => (double)picture.Weight);
        _columns =
        [
            new("picture", outcome.Picture),
            new("category", position =>
                outcome.Pictures.Label(pictures.Items[position]) is var label && label >= 0 ? outcome.Pictures.Categories[label] : null
            ),
            .. Figures("", pictures.Models[0]),
            new("colorfulness_truth", position => pictures.Grey[position].TrueColorfulness),
            new("colorfulness_difference", position =>
                pictures.Models[0][position].Colorfulness - pictures.Grey[position].TrueColorfulness
            ),
            new("rebalanced_weight", position => (float)(pictures.Grey[position].Weight / totalWeight)),
            .. Scene("", pictures.Scenes[0]),
            .. Figures("grey_", pictures.Grey).SkipLast(1), // grey has no colorfulness
        ];
        if (pictures.Models.Count > 1)
            _columns.AddRange([.. Figures("other_", pictures.Models[1]), .. Scene("other_", pictures.Scenes[1])]);
    }

    /// <summary>Comma-separated values after RFC 4180, with a head line.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.Write(path, stream =>
        {
            using var csv = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true)
            {
                NewLine = "\r\n",
            };
            csv.WriteLine(string.Join(',', _columns.Select(static column => column.Name)));
            foreach (var position in _outcome.Evaluated.Pictures.PositionsInOrderOfTheSet())
                csv.WriteLine(string.Join(',', _columns.Select(column => Field(column.Of(position)))));
        });

    /// <summary>A JSON array of objects.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteJson(string path) => AtomicFile.Write(path, stream =>
        {
            using var json = new Utf8JsonWriter(stream);
            json.WriteStartArray();
            foreach (var position in _outcome.Evaluated.Pictures.PositionsInOrderOfTheSet())
            {
                json.WriteStartObject();
                foreach (var column in _columns)
                {
                    if (column.Of(position) is float figure)
                        json.WriteNumber(column.Name, figure);
                    else
                        json.WriteString(column.Name, (string?)column.Of(position));
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });

    private static IEnumerable<Column> Figures(string prefix, IReadOnlyList<PictureMeasures> pictures) =>
        [
            new($"{prefix}auc", position => pictures[position].Auc),
            new($"{prefix}auc_rebalanced", position => pictures[position].AucRebalanced),
            new($"{prefix}psnr", position => pictures[position].Psnr),
            new($"{prefix}ciede2000", position => pictures[position].Ciede2000),
            new($"{prefix}colorfulness", position => pictures[position].Colorfulness),
        ];

    private IEnumerable<Column> Scene(string prefix, IReadOnlyList<int>? scenes) =>
        scenes is null ? [] : [new($"{prefix}scene", position => _outcome.Pictures.Categories[scenes[position]])];

    private static string Field(object? value) =>
        value switch
        {
            null => "",
            float figure => figure.ToString("R", CultureInfo.InvariantCulture),
            _ when value.ToString()!.AsSpan().IndexOfAny(",\"\r\n") < 0 => value.ToString()!,
            _ => $"\"{value.ToString()!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        };

    /// <summary>A figure (float), a text, or null for none.</summary>
    private sealed record Column(string Name, Func<int, object?> Of);
}
