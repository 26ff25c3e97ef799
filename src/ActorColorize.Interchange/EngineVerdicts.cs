using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorColorize.Interchange;

/// <summary>What a measurement depends on.</summary>
/// <param name="Test">Raised when the measurement changes, so that older ones are ignored.</param>
/// <param name="Cpu">Name of the processor.</param>
/// <param name="FlagsHash">Its instruction sets.</param>
/// <param name="Threads">Threads of both engines.</param>
/// <param name="Precision">LibTorch's number format.</param>
/// <param name="LibTorch">Its version.</param>
/// <param name="OnnxRuntime">Its version.</param>
/// <param name="Weights">Hash of the network.</param>
internal sealed record EngineKey(
    int Test,
    string Cpu,
    string FlagsHash,
    int Threads,
    string Precision,
    string LibTorch,
    string OnnxRuntime,
    string Weights
);

/// <summary>A measurement of both engines.</summary>
/// <param name="TorchSeconds">Shortest time of a pass in LibTorch.</param>
/// <param name="OnnxSeconds">Shortest time of the same pass in ONNX Runtime.</param>
/// <param name="Difference">Largest difference between their colours, in CIELAB units; not a number if one of them is not.</param>
internal sealed record EngineVerdict(double TorchSeconds, double OnnxSeconds, double Difference);

/// <summary>
/// Measurements of engines in a folder, one small file for each network, host and version. The first one that is written stays: processes
/// that measure at the same time use the same engine, so that their results are the same.
/// </summary>
internal sealed class EngineVerdicts(string folder)
{
    /// <summary>Files that are kept; the oldest are deleted.</summary>
    internal const int MostFiles = 200;

    private const string Prefix = "engine-";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the difference may be NaN
    };

    /// <summary>The measurement for a key; null if there is none, or its file cannot be read.</summary>
    public EngineVerdict? Find(EngineKey key) => Read(PathOf(key), key);

    /// <summary>Saves a measurement unless another process has saved one. An unwritable folder only costs time.</summary>
    /// <returns>The one that is kept.</returns>
    public EngineVerdict Keep(EngineKey key, EngineVerdict measured)
    {
        var path = PathOf(key);
        try
        {
            Directory.CreateDirectory(folder);
            var temporary = Path.Join(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.partial");
            File.WriteAllText(temporary, JsonSerializer.Serialize(new VerdictFile(key, measured), Json));
            try
            {
                File.Move(temporary, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (Read(path, key) is { } first)
                {
                    File.Delete(temporary);
                    return first;
                }

                File.Move(temporary, path, overwrite: true); // it is damaged
            }

            Prune();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Measured again next time.
        }

        return measured;
    }

    private void Prune()
    {
        var files = new DirectoryInfo(folder).GetFiles($"{Prefix}*.json");
        foreach (var old in files.OrderByDescending(static file => file.LastWriteTimeUtc).Skip(MostFiles))
            old.Delete();
    }

    private static EngineVerdict? Read(string path, EngineKey key)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            var file = JsonSerializer.Deserialize<VerdictFile>(File.ReadAllText(path), Json);
            return file?.Key == key ? file.Verdict : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(EngineKey key)
    {
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())))[..16];
        return Path.Join(folder, $"{Prefix}{identity}.json");
    }

    private sealed record VerdictFile(EngineKey Key, EngineVerdict Verdict);
}
