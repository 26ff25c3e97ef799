using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Actors.Faults;
using ActorColorize.Data.Storage;
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

    /// <summary>The dataset's folder; absolute.</summary>
    public required string DataRoot { get; init; }

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

    /// <summary>Network, schedule, augmentation, checkpoint policy.</summary>
    public required TrainingConfiguration Configuration { get; init; }

    /// <summary>How the run recovers from faults, and how many it tolerates.</summary>
    public RecoveryPolicy Recovery { get; init; } = new();

    /// <summary>The fault injection plan, in the syntax of <see cref="FaultInjectionPlan.Parse"/>; null without fault injection.</summary>
    public string? Inject { get; init; }

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
