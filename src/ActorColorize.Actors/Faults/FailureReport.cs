using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Actors.Loader;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Storage;
using ActorColorize.Model.Checkpoints;

namespace ActorColorize.Actors.Faults;

/// <summary>The report of a failed run (<c>failure.json</c>), sufficient to investigate the failure on another machine.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Time">When it failed.</param>
/// <param name="Detail">Why it does not continue, in one line.</param>
/// <param name="Fault">Kind of the last fault.</param>
/// <param name="Cause">Its message.</param>
/// <param name="Step">Number of the step that failed, as far as it is known.</param>
/// <param name="Attempt">Incarnations of the device so far.</param>
/// <param name="Pictures">Pictures of that step's batch as planned, relative to the dataset's root; null if the dataset cannot be
/// read.</param>
/// <param name="NewestCheckpoint">Folder of the newest whole checkpoint; null if there is none.</param>
/// <param name="Adjustments">What faults have changed about how the run trains.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="ConfigurationHash">Hash of the training configuration.</param>
/// <param name="DataHash">Hash of the training set.</param>
/// <param name="Device">Device asked for.</param>
/// <param name="Precision">Number format of the activations.</param>
/// <param name="Threads">LibTorch's threads.</param>
/// <param name="StartedBy">Version of the program that started the run.</param>
/// <param name="FailedIn">Version of the program that it failed in.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="System">Operating system and processor.</param>
public sealed record FailureReport(
    string RunId,
    DateTimeOffset Time,
    string Detail,
    string Fault,
    string Cause,
    long Step,
    int Attempt,
    IReadOnlyList<string>? Pictures,
    string? NewestCheckpoint,
    RunAdjustments Adjustments,
    ulong Seed,
    string ConfigurationHash,
    string DataHash,
    string Device,
    string Precision,
    int Threads,
    string StartedBy,
    string FailedIn,
    string Runtime,
    string System
)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes the report of a failure into the run's folder.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    internal static void Write(RunFolder folder, RunEffect.ReportFailure failure, DateTimeOffset time)
    {
        var document = RunDocument.Load(folder);
        var step = failure.Step.Value + 1;
        var report = new FailureReport(
            document.RunId,
            time,
            failure.Detail,
            failure.Fault.Kind.ToString(),
            failure.Fault.Cause,
            step,
            failure.Attempt.Number,
            PlannedPictures(folder, document, step),
            new CheckpointStore(folder.Path, document.RunId).List() is [.., var newest] ? newest.Folder : null,
            RunAdjustments.Load(folder),
            document.Seed,
            document.Configuration.Hash,
            document.DataHash,
            document.Device,
            document.Precision.ToString(),
            document.Threads,
            document.Program,
            typeof(FailureReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"
        );
        AtomicFile.Write(folder.Failure, stream => JsonSerializer.Serialize(stream, report, Json));
    }

    /// <summary>Reads a run's report; null if there is none.</summary>
    /// <exception cref="RunFolderException">The file exists and cannot be read.</exception>
    public static FailureReport? TryLoad(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            using var stream = File.OpenRead(folder.Failure);
            return JsonSerializer.Deserialize<FailureReport>(stream, Json);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new RunFolderException($"{folder.Failure} cannot be read at '{e.Path}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static IReadOnlyList<string>? PlannedPictures(RunFolder folder, RunDocument document, long step)
    {
        try
        {
            var configuration = document.Configuration;
            var pictures = document.OpenPictures("train");
            if (
                pictures.Hash != document.DataHash
                || ColorHistogramDocument.TryLoad(folder, document.DataHash, configuration.Colors.Bins, configuration.ImageSize)
                    is not { } histogram
            )
                return null;
            var plan = document.PlanBatches(pictures, histogram.UsableItems(pictures), step - 1);
            return
            [
                .. Enumerable
                    .Range(0, plan.BatchSize)
                    .Select(slot => plan.RequestFor(step - 1, slot, 0))
                    .OfType<PictureRequest>()
                    .Select(request => pictures.RelativePath(request.Item)),
            ];
        }
        catch (Exception e) when (e is DatasetException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
