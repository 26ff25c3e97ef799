using System.Text.Json;
using ActorColorize.Actors.Training;
using ActorColorize.Data.Storage;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Runs;

/// <summary>
/// The named models: for each a folder with a file for every promotion, which never changes and is never deleted, so that a job keeps the
/// model that it began with, and <c>current.json</c>, which says which of them the name refers to and is replaced atomically.
/// <code>
///   MODELS/NAME/step-00000400-0123456789ab.safetensors     step and the first digits of its SHA-256
///   MODELS/NAME/current.json
/// </code>
/// </summary>
/// <param name="folder">The folder; created with the first model.</param>
/// <param name="clock">Clock for the time of promotion.</param>
public sealed class ModelRegistry(string folder, TimeProvider clock)
{
    private const string PointerFile = "current.json";
    private const int DigitsInName = 12;

    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Lock _promoting = new();

    /// <summary>The model of a name; null if there is none.</summary>
    /// <exception cref="CheckpointException"><c>current.json</c> cannot be read.</exception>
    public NamedModel? Find(string name)
    {
        if (!ModelName.IsOne(name))
            return null;
        var path = Path.Combine(folder, name, PointerFile);
        try
        {
            if (!File.Exists(path))
                return null;
            var pointer = JsonSerializer.Deserialize<Pointer>(File.ReadAllBytes(path), Style) ?? throw new JsonException("it is empty");
            return new NamedModel(
                name,
                Path.Combine(folder, name, pointer.File),
                pointer.Sha256,
                new RunId(pointer.Run),
                new StepNumber(pointer.Step),
                pointer.ValidationLoss,
                pointer.PromotedAt
            );
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw new CheckpointException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>All models, by name.</summary>
    /// <exception cref="CheckpointException">One of them cannot be read.</exception>
    public IReadOnlyList<NamedModel> All() =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .EnumerateDirectories(folder)
                    .Select(Path.GetFileName)
                    .Order(StringComparer.Ordinal)
                    .Select(name => Find(name!))
                    .OfType<NamedModel>(),
            ]
            : [];

    /// <summary>
    /// Promotes a checkpoint to a named model. The checkpoint is exported, and the exported file is read, checked and run once before the
    /// name refers to it. Promotions are serialized. Blocks, and uses LibTorch.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="run">The run's folder.</param>
    /// <param name="step">The checkpoint's step; null for the best one, or the newest if none was validated.</param>
    /// <exception cref="CheckpointException">The checkpoint does not exist or is not a usable model; the name keeps its model.</exception>
    /// <exception cref="DeviceException">LibTorch cannot be loaded.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to write it.</exception>
    public NamedModel Promote(string name, RunFolder run, StepNumber? step)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!ModelName.IsOne(name))
            throw new CheckpointException($"'{name}' is not a valid model name: {ModelName.Form}");
        LibTorchRuntime.EnsureLoaded();
        lock (_promoting)
        {
            var document = RunDocument.Load(run);
            var source = ModelLocator.Resolve(step is { } wanted ? CheckpointAt(run, document, wanted) : run.Path);
            if (source.Manifest is not { } manifest)
                throw new CheckpointException($"{source.Path} is not a checkpoint");
            var place = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            foreach (var left in Directory.EnumerateFiles(place, ".candidate-*"))
                File.Delete(left); // left by a process that was killed
            var candidate = Path.Combine(place, $".candidate-{Guid.NewGuid():n}.safetensors");
            try
            {
                ModelExport.Write(
                    source,
                    source.Defaults with
                    {
                        ImageSize = source.Defaults.ImageSize ?? document.Configuration.ImageSize,
                    },
                    ModelFormat.SafeTensors,
                    candidate
                );
                if (ModelVerification.Verify(candidate).FirstOrDefault(static check => !check.Passed) is { } failed)
                    throw new CheckpointException($"{source.Path} cannot be used as a model: {failed.Finding}");
                var sha256 = FileHash.Sha256Hex(candidate);
                var file = Path.Combine(place, $"step-{manifest.Step:D8}-{sha256[..DigitsInName]}.safetensors");
                AtomicFile.Move(candidate, file);
                var pointer = new Pointer(
                    Path.GetFileName(file),
                    sha256,
                    manifest.RunId,
                    manifest.Step,
                    manifest.ValidationLoss,
                    clock.GetUtcNow()
                );
                AtomicFile.Write(Path.Combine(place, PointerFile), stream => JsonSerializer.Serialize(stream, pointer, Style));
                return new NamedModel(
                    name,
                    file,
                    sha256,
                    new RunId(manifest.RunId),
                    new StepNumber(manifest.Step),
                    manifest.ValidationLoss,
                    pointer.PromotedAt
                );
            }
            finally
            {
                File.Delete(candidate);
            }
        }
    }

    /// <summary>The folder of a name, whether there is such a model or not.</summary>
    public string FolderOf(string name) => Path.Combine(Path.GetFullPath(folder), name);

    /// <summary>
    /// Deletes a named model with the files of all its promotions. The name is deleted first: after a crash in between, the files that are
    /// left belong to no name.
    /// </summary>
    /// <returns>Whether there was such a model.</returns>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission to delete it.</exception>
    public bool Delete(string name)
    {
        if (!ModelName.IsOne(name))
            return false;
        lock (_promoting)
        {
            var place = FolderOf(name);
            var pointer = Path.Combine(place, PointerFile);
            if (!File.Exists(pointer))
                return false;
            File.Delete(pointer);
            Directory.Delete(place, recursive: true);
            return true;
        }
    }

    private static string CheckpointAt(RunFolder run, RunDocument document, StepNumber step)
    {
        var kept = new CheckpointStore(run.Path, document.RunId).List();
        var steps = kept.Count > 0 ? string.Join(", ", kept.Select(static entry => entry.Manifest.Step)) : "none yet";
        return kept.FirstOrDefault(entry => entry.Manifest.Step == step.Value)?.Folder
            ?? throw new CheckpointException($"{run.Path} has no complete checkpoint of step {step}; it has: {steps}");
    }

    private sealed record Pointer(string File, string Sha256, string Run, long Step, double? ValidationLoss, DateTimeOffset PromotedAt);
}
