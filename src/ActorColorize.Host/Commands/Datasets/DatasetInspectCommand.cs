using System.CommandLine;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Inspection;
using ActorColorize.Host.Pages;

namespace ActorColorize.Host.Commands.Datasets;

/// <summary>The options of <c>dataset inspect</c>.</summary>
/// <param name="Data">Folder of pictures: MiniPlaces kit or plain folder.</param>
/// <param name="Split">The split to inspect; null: all splits.</param>
/// <param name="Report">Folder for a page with the findings; null: none.</param>
internal sealed record DatasetInspectOptions(string Data, string? Split, string? Report);

/// <summary><c>dataset inspect</c>: inspects every picture of a dataset and reports what matters for training.</summary>
internal sealed class DatasetInspectCommand(CommandContext context)
    : BoundCommand<DatasetInspectOptions>(
        "inspect",
        "Count pictures and categories; measure sizes and colours; find pictures that training leaves out (grey, "
            + "unreadable), and duplicates, also between training and validation.",
        new("dataset inspect photos", "all splits, which shows whether validation pictures were trained on"),
        new("dataset inspect photos --split train --report findings", "one split, with a report page"),
        new("dataset inspect photos --json", "as JSON, with every name")
    )
{
    private const string Page = "dataset.html";

    public readonly Argument<string> Data = new("FOLDER") { Description = "Colour pictures: a MiniPlaces kit, or any folder of pictures" };
    public readonly Option<string> Split = OptionValues.Path(
        "--split",
        "NAME",
        "Inspect one split only: train, val, test or all [default: every split]"
    );
    public readonly Option<string> Report = OptionValues.Path(
        "--report",
        "FOLDER",
        "Also write the findings as a page with pictures into this folder"
    );
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override DatasetInspectOptions Bind(ParseResult parsed) =>
        new(parsed.GetRequiredValue(Data), parsed.GetValue(Split), parsed.GetValue(Report));

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(DatasetInspectOptions options)
    {
        var root = Path.GetFullPath(options.Data);
        var splits = options.Split is { } split ? [DatasetLayout.Open(root, split)] : DatasetLayout.OpenAll(root);
        var report = options.Report is { } folder ? Path.GetFullPath(folder) : null;
        if (report is not null)
            OutputFolder.MakeWritable("--report", report); // an unwritable folder must fail before the inspection, not after it

        var findings = await Inspecting.RunAsync(context, splits);
        InspectionText.Show(context.Screen, findings);
        context.Screen.Json(InspectionJson.Of(findings));
        if (report is not null)
        {
            var page = Path.Combine(report, Page);
            PageFile.Write<InspectionPage>(page, new() { [nameof(InspectionPage.Findings)] = findings });
            context.Screen.Line($"page: {page}");
        }

        return findings.Unreadable.Count > 0 ? ExitCode.CompletedWithErrors : ExitCode.Success;
    }
}
