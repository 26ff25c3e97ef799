using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Data.Storage;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Caches verdicts of the self-test in one JSON file per host, LibTorch version and number of threads, which determine the kernels.
/// </summary>
internal sealed class SelfTestCache
{
    /// <summary>Raised when the test or the code under test changes, so that older verdicts are ignored.</summary>
    private const int TestVersion = 1;

    /// <summary>Environment variables that select other kernels.</summary>
    private static readonly string[] KernelVariables =
    [
        "ATEN_CPU_CAPABILITY",
        "ONEDNN_MAX_CPU_ISA",
        "DNNL_MAX_CPU_ISA",
        "ONEDNN_PRIMITIVE_CACHE_CAPACITY",
    ];

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a wrong kernel's error may be NaN
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly string _path;
    private readonly CacheOwner _owner;
    private readonly Dictionary<ConvolutionKey, List<SelfTestVerdict>> _verdicts = [];

    private SelfTestCache(string path, CacheOwner owner)
    {
        _path = path;
        _owner = owner;
    }

    /// <summary>All cached verdicts.</summary>
    public IEnumerable<SelfTestVerdict> Verdicts => _verdicts.Values.SelectMany(static verdicts => verdicts);

    /// <summary>Why the file could not be read or written, in one line; null if there was no error. Only time is lost.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Reads the cache of this host; a file that is missing, damaged or of another host is treated as empty and rewritten.
    /// </summary>
    public static SelfTestCache Open(string folder, CpuFacts cpu, string libTorch, int threads)
    {
        var variables = string.Join(' ', KernelVariables.Select(static name => $"{name}={Environment.GetEnvironmentVariable(name)}"));
        var owner = new CacheOwner(TestVersion, cpu.Model, cpu.FlagsHash, threads, libTorch, variables);
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner.ToString())))[..16];
        var cache = new SelfTestCache(Path.Join(folder, $"convolutions-{identity}.json"), owner);
        cache.Read();
        return cache;
    }

    /// <summary>The verdicts on a key, in the order of the routes; null if it is unknown or no route passed.</summary>
    public IReadOnlyList<SelfTestVerdict>? Find(in ConvolutionKey key) => _verdicts.GetValueOrDefault(key);

    /// <summary>Saves the verdicts on a key. An unwritable folder is not an error.</summary>
    public void Add(in ConvolutionKey key, IEnumerable<SelfTestVerdict> verdicts)
    {
        _verdicts[key] = [.. verdicts.Select(static verdict => verdict with { Cached = true })];
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            AtomicFile.Write(_path, stream => JsonSerializer.Serialize(stream, new CacheFile(_owner, [.. Verdicts]), Json));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
        }
    }

    private void Read()
    {
        try
        {
            if (!File.Exists(_path))
                return;
            using var stream = File.OpenRead(_path);
            var file = JsonSerializer.Deserialize<CacheFile>(stream, Json);
            if (file is null || file.Owner != _owner)
                return;
            foreach (var verdicts in file.Verdicts.GroupBy(static verdict => verdict.Key))
            {
                // Only a list that ends with a passed route is a valid entry.
                if (verdicts.Last().Passed)
                    _verdicts[verdicts.Key] = [.. verdicts];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Problem = $"{_path} cannot be read and is rewritten: {e.Message}";
        }
    }

    private sealed record CacheOwner(int TestVersion, string Cpu, string FlagsHash, int Threads, string LibTorch, string Variables);

    private sealed record CacheFile(CacheOwner Owner, IReadOnlyList<SelfTestVerdict> Verdicts);
}
