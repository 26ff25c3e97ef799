using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorColorize.Data.Storage;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Remembers verdicts of the self-test in one JSON file per host, LibTorch version and number of threads: what decides which kernels run.
/// </summary>
internal sealed class SelfTestCache
{
    /// <summary>Raised when the test or the code that it judges changes, so that older verdicts are not believed.</summary>
    private const int TestVersion = 1;

    /// <summary>Environment variables by which users choose other kernels.</summary>
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

    /// <summary>Everything remembered.</summary>
    public IEnumerable<SelfTestVerdict> Verdicts => _verdicts.Values.SelectMany(static verdicts => verdicts);

    /// <summary>Why the file could not be read or written, one line; null where all is well. Nothing but time is lost.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Reads the cache of this host; a file that is missing, damaged or another host's counts as empty and is written anew.
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

    /// <summary>The verdicts on a key, in the order of the routes; null where it is not known or no route passed.</summary>
    public IReadOnlyList<SelfTestVerdict>? Find(in ConvolutionKey key) => _verdicts.GetValueOrDefault(key);

    /// <summary>Remembers the verdicts on a key. A folder that cannot be written is no error.</summary>
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
                // Only a list that ends in a route that passed settles the key.
                if (verdicts.Last().Passed)
                    _verdicts[verdicts.Key] = [.. verdicts];
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            Problem = $"{_path} is not readable and is written anew: {e.Message}";
        }
    }

    private sealed record CacheOwner(int TestVersion, string Cpu, string FlagsHash, int Threads, string LibTorch, string Variables);

    private sealed record CacheFile(CacheOwner Owner, IReadOnlyList<SelfTestVerdict> Verdicts);
}
