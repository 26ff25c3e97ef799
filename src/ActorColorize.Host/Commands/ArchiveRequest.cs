using ActorColorize.Data.Archives;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Failures;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>From what a user wants coloured to what a job does: the same for the one-shot command and for a daemon's clients.</summary>
internal static class ArchiveRequest
{
    private const int DefaultBatch = 8;
    private const int JpegQuality = 92;

    /// <summary>The archive's folder, and the relative path of the picture where only one is wanted.</summary>
    /// <exception cref="InputException">There is nothing.</exception>
    public static (string Root, string? Single) Input(string input)
    {
        var path = Path.GetFullPath(input);
        if (Directory.Exists(path))
            return (path, null);
        return File.Exists(path)
            ? (Path.GetDirectoryName(path)!, Path.GetFileName(path))
            : throw new InputException($"{input}: there is no such file or folder");
    }

    /// <exception cref="InputException">No file in it has a picture's name.</exception>
    public static void RequirePictures(string input)
    {
        if (!ArchiveScan.Enumerate(Path.GetFullPath(input), new ArchiveScanOptions(), null).Any())
            throw new InputException($"{input}: there is no picture in it (jpg, png, webp, tiff)");
    }

    /// <summary>The output folder, which may not be there yet.</summary>
    /// <param name="output">What the user named.</param>
    /// <param name="inputRoot">The archive's folder.</param>
    /// <param name="single">The one picture wanted: its results may go anywhere but into its own folder, where they would replace it.</param>
    /// <exception cref="OutputException">It is a file.</exception>
    /// <exception cref="UsageException">Originals would be written to.</exception>
    public static string Output(string output, string inputRoot, string? single)
    {
        var path = Path.GetFullPath(output);
        if (File.Exists(path))
            throw new OutputException($"--out {output} is a file; name a folder");
        if (single is not null)
            return ArchiveScan.IsSameFolder(inputRoot, path)
                ? throw new UsageException(
                    $"--out {output} is the folder of {single}: the result would replace the original; name another folder"
                )
                : path;
        if (ArchiveScan.IsInside(inputRoot, path))
            throw new UsageException(
                $"--out {output} is the input folder or inside it: originals are never written to; name a folder outside {inputRoot}"
            );
        return path;
    }

    /// <summary>What the job does, with what was left open filled in from the model.</summary>
    /// <param name="request">What is wanted; its paths are checked.</param>
    /// <param name="inputRoot">The archive's folder.</param>
    /// <param name="outputRoot">The results' folder.</param>
    /// <param name="single">The one picture wanted.</param>
    /// <param name="model">The model.</param>
    /// <param name="blockers">What is done about a full disk and its like.</param>
    /// <exception cref="InputException">The model cannot be used as is wanted.</exception>
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
            JpegQuality,
            single,
            blockers
        );
    }
}
