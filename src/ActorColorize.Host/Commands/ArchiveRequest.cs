using ActorColorize.Actors.Jobs.Archive;
using ActorColorize.Data.Archives;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>Turns a request to colour pictures into a job specification; used by <c>colorize</c> and by a daemon's clients.</summary>
internal static class ArchiveRequest
{
    private const int DefaultBatch = 8;
    private const int AsTheOriginal = 0;

    /// <summary>The archive's folder, and the relative path of the picture where only one is wanted.</summary>
    /// <exception cref="InputException">The path does not exist.</exception>
    public static (string Root, string? Single) Input(string input)
    {
        var path = Path.GetFullPath(input);
        if (Files.DirectoryExists(path))
            return (path, null);
        return Files.Exists(path)
            ? (Path.GetDirectoryName(path)!, Path.GetFileName(path))
            : throw new InputException($"{input}: no such file or folder");
    }

    /// <summary>Refuses an input without pictures.</summary>
    /// <param name="input">A file or folder.</param>
    /// <param name="includeHidden">Whether hidden files count.</param>
    /// <param name="onProgress">Called often while pictures are looked for.</param>
    /// <exception cref="InputException">No file in it is a picture of a supported format; the message says what is there.</exception>
    public static void RequirePictures(string input, bool includeHidden, Action onProgress)
    {
        var leftOut = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            var options = SharedFolderFiles.ScanOptions(includeHidden) with { OnProgress = onProgress };
            var found = ArchiveScan.Enumerate(Path.GetFullPath(input), options, (_, reason) =>
                leftOut[reason] = leftOut.GetValueOrDefault(reason) + 1
            );
            if (found.Any())
                return;
        }
        catch (IOException fault)
        {
            throw new InputException(fault.Message, fault); // a device, for example
        }

        var kinds = leftOut
            .OrderByDescending(static kind => kind.Value)
            .ThenBy(static kind => kind.Key, StringComparer.Ordinal)
            .Select(static kind => $"{Quantities.Count(kind.Value)} × {kind.Key}");
        throw new InputException(
            $"{input}: contains no pictures (JPEG, PNG, WebP, TIFF, BMP, TGA, PBM, PGM, PPM, GIF)"
                + (leftOut.Count == 0 ? "" : $"; left out are {string.Join("; ", kinds)}")
        );
    }

    /// <summary>The output folder, which need not exist yet.</summary>
    /// <param name="output">The value of <c>--out</c>.</param>
    /// <param name="inputRoot">The archive's folder.</param>
    /// <param name="single">The relative path of the only picture to colour, or null. Its result must not go into its own folder, where it
    /// would replace the original.</param>
    /// <exception cref="OutputException">The output is a file.</exception>
    /// <exception cref="UsageException">The result would overwrite an original.</exception>
    public static string Output(string output, string inputRoot, string? single)
    {
        var path = Path.GetFullPath(output);
        if (NameText.HasEscapes(path))
            throw new OutputException($"--out {path}: the name is not UTF-8, and databases cannot be opened in it; choose another folder");
        if (File.Exists(path))
            throw new OutputException($"--out {path} is a file; give a folder");
        if (Path.GetDirectoryName(path) is null)
            throw new UsageException($"--out {output} is the root of a file system; choose a folder in it");
        if (single is not null)
            return ArchiveScan.IsSameFolder(inputRoot, path)
                ? throw new UsageException(
                    $"--out {output} is the folder of {single}: the result would replace the original; choose another folder"
                )
                : path;
        if (ArchiveScan.IsInside(inputRoot, path))
            throw new UsageException(
                $"--out {output} is the input folder or inside it: originals are never modified; choose a folder outside {inputRoot}"
            );
        return path;
    }

    /// <summary>The job's specification; options that were not given take the model's values.</summary>
    /// <param name="request">The request; its paths have been checked.</param>
    /// <param name="inputRoot">The archive's folder.</param>
    /// <param name="outputRoot">The results' folder.</param>
    /// <param name="single">The relative path of the only picture to colour, or null.</param>
    /// <param name="model">The model.</param>
    /// <param name="blockers">Whether the job fails or waits on a blocker such as a full disk.</param>
    /// <exception cref="InputException">The model cannot be used with these options.</exception>
    public static JobSpecification Specification(
        JobRequest request,
        string inputRoot,
        string outputRoot,
        string? single,
        ModelSource model,
        BlockerPolicy blockers
    )
    {
        var reading = ModelReading.Of(model, request.Temperature, request.Rebalance, request.Saturation, request.FlipAverage);
        return new(
            inputRoot,
            outputRoot,
            model.Path,
            model.Manifest?.Files[CheckpointManifest.ModelFile].Sha256 ?? FileHash.Sha256Hex(model.Path),
            reading.Decoding.Temperature,
            reading.Decoding.Rebalance,
            reading.Decoding.FlipAverage,
            request.Strength,
            reading.Saturation,
            request.Recolor,
            request.Batch ?? DefaultBatch,
            ModelUse.SideOf(model),
            request.Quality ?? AsTheOriginal,
            single,
            blockers,
            request.Toned,
            request.Doubtful,
            request.Salvage,
            request.IncludeHidden,
            RejectedOf: request.RejectedOf,
            Codec: request.Codec,
            MaxMegapixels: request.MaxMegapixels ?? JobSpecification.UsualMegapixels,
            WithDistribution: request.WithDistribution,
            AllFrames: request.AllFrames
        );
    }
}
