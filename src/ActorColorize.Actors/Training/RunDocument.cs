using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Actors.Faults;
using ActorColorize.Actors.Loader;
using ActorColorize.Data.Datasets;
using ActorColorize.Data.Storage;
using ActorColorize.Interchange;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Training;

namespace ActorColorize.Actors.Training;

/// <summary>The settings that a run was started with (<c>run.json</c>). It never changes: a resumed run reads it again.</summary>
public sealed record RunDocument
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new TrainingConfigurationConverter() },
    };

    /// <summary>The newest version of this file that the program reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of this file's format.</summary>
    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>The run's name.</summary>
    public required string RunId { get; init; }

    /// <summary>When it was first started.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Version and commit of the program that started it.</summary>
    public required string Program { get; init; }

    /// <summary>The dataset's folder, absolute; with several datasets, that of the first.</summary>
    public required string DataRoot { get; init; }

    /// <summary>The datasets that are mixed, the first one included; null for a single one.</summary>
    public IReadOnlyList<MixedDataset>? Mixture { get; init; }

    /// <summary>Hash over the training pictures' names, labels and lengths.</summary>
    public required string DataHash { get; init; }

    /// <summary>Seed of initialisation, order, crops and flips.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The device asked for: auto, cpu or cuda:N.</summary>
    public required string Device { get; init; }

    /// <summary>Number format of the activations.</summary>
    public required Precision Precision { get; init; }

    /// <summary>LibTorch's threads; results repeat bit by bit only with the same number.</summary>
    public required int Threads { get; init; }

    /// <summary>A checkpoint of another run to begin from; null for fresh weights.</summary>
    public string? InitialCheckpoint { get; init; }

    /// <summary>A model whose weights the run starts from, at step 0 and with a new optimizer; null for fresh weights.</summary>
    public InitialWeights? InitialWeights { get; init; }

    /// <summary>Network, schedule, augmentation, checkpoint policy.</summary>
    public required TrainingConfiguration Configuration { get; init; }

    /// <summary>How the run recovers from faults, and how many it tolerates.</summary>
    public RecoveryPolicy Recovery { get; init; } = new();

    /// <summary>The fault injection plan, in the syntax of <see cref="FaultInjectionPlan.Parse"/>; null without fault injection.</summary>
    public string? Inject { get; init; }

    /// <summary>Share of each dataset in the samples; null for a single one.</summary>
    [JsonIgnore]
    public IReadOnlyList<double>? Shares => Mixture is null ? null : [.. Mixture.Select(static dataset => dataset.Share)];

    /// <summary>The run's pictures of a split, of all its datasets.</summary>
    /// <exception cref="DatasetException">A folder or split does not exist, or a list is malformed.</exception>
    public PictureSet OpenPictures(string split) =>
        Mixture is null
            ? DatasetLayout.Open(DataRoot, split)
            : PictureSet.Combine([.. Mixture.Select(dataset => DatasetLayout.Open(dataset.Root, split))]);

    /// <summary>The plan of the training batches of the stage that a step belongs to.</summary>
    /// <param name="pictures">The training pictures.</param>
    /// <param name="items">Indices of the usable ones, in ascending order.</param>
    /// <param name="step">A step of the stage, from 0.</param>
    public TrainingPlan PlanBatches(PictureSet pictures, int[] items, long step)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return Shares is { } shares
            ? new TrainingPlan(pictures.BySource(items), shares, Configuration, Seed, step)
            : new TrainingPlan(items, Configuration, Seed, step);
    }

    /// <summary>Writes the file atomically.</summary>
    public void Save(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFile.Write(folder.Document, stream => JsonSerializer.Serialize(stream, this, Json));
    }

    /// <summary>Reads a run's document.</summary>
    /// <exception cref="RunFolderException">It is missing, malformed or from a newer program.</exception>
    public static RunDocument Load(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            using var stream = File.OpenRead(folder.Document);
            var document = JsonSerializer.Deserialize<RunDocument>(stream, Json)
                ?? throw new RunFolderException($"{folder.Document} is empty");
            document.Recovery.Validate();
            return document.FormatVersion <= CurrentFormat
                ? document
                : throw new RunFolderException(
                    $"{folder.Document} has format {document.FormatVersion}; this program reads up to {CurrentFormat}: use a newer one"
                );
        }
        catch (ConfigurationException e)
        {
            throw new RunFolderException($"{folder.Document}: {e.Message}", e);
        }
        catch (JsonException e)
        {
            throw new RunFolderException($"{folder.Document} cannot be read at '{e.Path}': {e.Message}", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new RunFolderException($"{folder.Path} is not a run folder: it has no run.json", e);
        }
    }
}

/// <summary>A dataset of a mixture.</summary>
/// <param name="Root">Its folder, absolute.</param>
/// <param name="Share">Its share in the samples, above 0; the unit is arbitrary.</param>
public sealed record MixedDataset(string Root, double Share);

/// <summary>A model whose weights a run starts from.</summary>
/// <param name="Path">Its file or checkpoint folder, absolute.</param>
/// <param name="Sha256">SHA-256 of the file with the weights; 64 lower-case hexadecimal digits.</param>
public sealed record InitialWeights(string Path, string Sha256)
{
    /// <summary>The weights of a model.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static InitialWeights Of(ModelSource model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var file = model.Manifest is null ? model.Path : System.IO.Path.Join(model.Path, CheckpointManifest.ModelFile);
        return new InitialWeights(model.Path, FileHash.Sha256Hex(file));
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="RunFolderException">The file is not the one that the run was started with.</exception>
    /// <exception cref="CheckpointException">The file is missing or damaged.</exception>
    public IReadOnlyList<HostTensor> Load()
    {
        var model = ModelLocator.Resolve(Path);
        return Of(model) == this
            ? model.Tensors
            : throw new RunFolderException($"{Path} has changed since the run was started from it: restore it, or use a new run folder");
    }
}
