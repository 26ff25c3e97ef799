using System.CommandLine;
using System.Globalization;
using System.Text;
using ActorColorize.Actors.Inspection;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Storage;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Commands.Datasets;

/// <summary>The options of <c>dataset clean</c>.</summary>
/// <param name="Data">Folder of pictures: MiniPlaces kit or plain folder.</param>
/// <param name="Out">The folder to write the kit to.</param>
/// <param name="ExcludeDuplicatesOf">Duplicates of this split's pictures are left out of all others; <c>none</c>: duplicates are kept;
/// null: the training split's, where there is one.</param>
/// <param name="KeepGrey">Whether pictures without colour are kept.</param>
internal sealed record DatasetCleanOptions(string Data, string Out, string? ExcludeDuplicatesOf, bool KeepGrey);

/// <summary><c>dataset clean</c>: writes lists of the pictures that are fit for training and evaluation.</summary>
internal sealed class DatasetCleanCommand(CommandContext context)
    : BoundCommand<DatasetCleanOptions>(
        "clean",
        "Write a kit that lists only pictures that are fit for training and evaluation: without missing, unreadable and grey ones, and "
            + "without validation pictures that are also in training. The pictures stay where they are.",
        new("dataset clean miniplaces --out miniplaces-clean", "then: train --data miniplaces-clean"),
        new("dataset clean photos --out photos-clean --exclude-duplicates-of none", "keep duplicates")
    )
{
    /// <summary>The list of what was left out, in the kit's folder.</summary>
    internal const string ExclusionsFile = "excluded.tsv";

    private const string None = "none";
    private const string Training = "train";

    public readonly Argument<string> Data = new("FOLDER") { Description = "Colour pictures: a MiniPlaces kit, or any folder of pictures" };
    public readonly Option<string> Out = OptionValues.Path("--out", "FOLDER", "The folder for the kit; missing or empty", required: true);
    public readonly Option<string> ExcludeDuplicatesOf = OptionValues.Path(
        "--exclude-duplicates-of",
        "SPLIT|none",
        "Leave pictures of this split out of all other splits, other versions of them too [default: train]"
    );
    public readonly Option<bool> KeepGrey = OptionValues.Switch("--keep-grey", "Keep pictures without colour");
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override DatasetCleanOptions Bind(ParseResult parsed) =>
        new(parsed.GetRequiredValue(Data), parsed.GetRequiredValue(Out), parsed.GetValue(ExcludeDuplicatesOf), parsed.GetValue(KeepGrey));

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(DatasetCleanOptions options)
    {
        var output = Path.GetFullPath(options.Out);
        var splits = DatasetLayout.OpenAll(Path.GetFullPath(options.Data));
        OutputFolder.RequireNoFile("--out", output);
        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
            throw new UsageException($"--out {options.Out} is not an empty folder: choose another one");
        if ((output + "/").StartsWith(splits[0].Root + "/", StringComparison.Ordinal))
            throw new UsageException($"--out {options.Out} is inside the dataset: choose a folder outside {splits[0].Root}");
        var reference = Reference(options, splits);
        OutputFolder.MakeWritable("--out", output); // an unwritable folder must fail before the inspection, not after it

        var findings = await Inspecting.RunAsync(context, splits);
        var exclusions = Cleaning.Of(findings, splits, reference, options.KeepGrey);
        var excluded = exclusions.Select(static exclusion => (exclusion.Split, exclusion.Path)).ToHashSet();
        KitWriter.Write(output, splits, (split, item) => !excluded.Contains((split.Split, split.RelativePath(item))));
        AtomicFile.Write(Path.Join(output, ExclusionsFile), stream => Write(stream, exclusions));
        Show(splits, exclusions, output);
        return ExitCode.Success;
    }

    /// <summary>The split whose pictures no other split may repeat; null for none.</summary>
    private static string? Reference(DatasetCleanOptions options, IReadOnlyList<PictureSet> splits)
    {
        var wanted = options.ExcludeDuplicatesOf ?? Training;
        if (wanted == None || splits.Any(split => split.Split == wanted))
            return wanted == None ? null : wanted;
        return options.ExcludeDuplicatesOf is null
            ? null
            : throw new UsageException(
                $"--exclude-duplicates-of {wanted}: {splits[0].Root} has no split '{wanted}'; it has: "
                    + $"{string.Join(", ", splits.Select(static split => split.Split))}"
            );
    }

    private static void Write(Stream stream, IReadOnlyList<Exclusion> exclusions)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.NewLine = "\n";
        writer.WriteLine("split\tpath\treason\tdetail");
        foreach (var (split, path, reason, detail) in exclusions)
            writer.WriteLine($"{split}\t{PrintableName.Of(path)}\t{Word(reason)}\t{detail.ReplaceLineEndings(" ")}");
    }

    private void Show(IReadOnlyList<PictureSet> splits, IReadOnlyList<Exclusion> exclusions, string output)
    {
        foreach (var split in splits)
        {
            var left = exclusions.Where(exclusion => exclusion.Split == split.Split).GroupBy(static exclusion => exclusion.Reason).ToList();
            var kept = split.Count - left.Sum(static group => group.Count());
            var reasons = left.OrderBy(static group => group.Key).Select(static group => Counted(group.Count(), group.Key));
            context.Screen.Line(
                $"{split.Split}: {Quantities.Count(kept)} of {Quantities.Count(split.Count)} pictures kept"
                    + (left.Count > 0 ? $"; left out: {string.Join(", ", reasons)}" : string.Empty)
            );
        }

        context.Screen.Line($"kit: {output}; what was left out is listed in {ExclusionsFile}");
        context.Screen.Json(
            new
            {
                Kit = output,
                Splits = splits.Select(split => new
                {
                    Name = split.Split,
                    Pictures = split.Count,
                    Excluded = exclusions
                        .Where(exclusion => exclusion.Split == split.Split)
                        .GroupBy(static exclusion => exclusion.Reason)
                        .ToDictionary(static group => Word(group.Key), static group => group.Count()),
                }),
            }
        );
    }

    private static string Word(ExclusionReason reason) => reason.ToString().ToLower(CultureInfo.InvariantCulture);

    private static string Counted(int count, ExclusionReason reason) =>
        reason switch
        {
            ExclusionReason.Monochrome => $"{Quantities.Count(count)} without colour",
            ExclusionReason.Duplicate => Quantities.Count(count, "duplicate"),
            ExclusionReason.Name => $"{Quantities.Count(count)} with a name that a list cannot hold",
            _ => $"{Quantities.Count(count)} {Word(reason)}",
        };
}
