using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Caches verdicts of the self-test in one file per host, LibTorch version and number of threads, which determine the kernels. Each line is
/// the JSON array of the verdicts on one key. Lines are appended, so processes that run side by side add to each other's.
/// </summary>
internal sealed class SelfTestCache
{
    /// <summary>Raised when the test or the code under test changes, so that older verdicts are ignored.</summary>
    private const int TestVersion = 2;

    /// <summary>A file that has grown longer is started anew; it holds some 20,000 keys.</summary>
    private const int MostBytes = 8 << 20;

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
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // a wrong kernel's error may be NaN
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly string _path;
    private readonly Dictionary<ConvolutionKey, List<SelfTestVerdict>> _verdicts = [];
    private bool _endsWithinLine;

    private SelfTestCache(string path) => _path = path;

    /// <summary>All cached verdicts.</summary>
    public IEnumerable<SelfTestVerdict> Verdicts => _verdicts.Values.SelectMany(static verdicts => verdicts);

    /// <summary>Why the file could not be read or written, in one line; null if there was no error. Only time is lost.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// Reads the cache of this host. Lines that are damaged, such as the last one after a power failure, are ignored.
    /// </summary>
    public static SelfTestCache Open(string folder, CpuFacts cpu, string libTorch, int threads)
    {
        var variables = string.Join(' ', KernelVariables.Select(static name => $"{name}={Environment.GetEnvironmentVariable(name)}"));
        var owner = new CacheOwner(TestVersion, cpu.Model, cpu.FlagsHash, threads, libTorch, variables);
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner.ToString())))[..16];
        var cache = new SelfTestCache(Path.Join(folder, $"convolutions-{identity}.jsonl"));
        cache.Read();
        return cache;
    }

    /// <summary>The verdicts on a key, in the order of the routes; null if it is unknown or no route passed.</summary>
    public IReadOnlyList<SelfTestVerdict>? Find(in ConvolutionKey key) => _verdicts.GetValueOrDefault(key);

    /// <summary>Saves the verdicts on a key. An unwritable folder is not an error.</summary>
    public void Add(in ConvolutionKey key, IEnumerable<SelfTestVerdict> verdicts)
    {
        List<SelfTestVerdict> cached = [.. verdicts.Select(static verdict => verdict with { Cached = true })];
        _verdicts[key] = cached;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            File.AppendAllText(_path, (_endsWithinLine ? "\n" : "") + JsonSerializer.Serialize(cached, Json) + "\n");
            _endsWithinLine = false;
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
            if (new FileInfo(_path).Length > MostBytes)
            {
                File.Delete(_path);
                return;
            }

            var text = File.ReadAllText(_path);
            _endsWithinLine = text is [.., not '\n'];
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Read(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"{_path} cannot be read: {e.Message}";
        }
    }

    private void Read(string line)
    {
        try
        {
            // Only verdicts on one key, the last of which is a route that passed, are a valid entry
            if (
                JsonSerializer.Deserialize<List<SelfTestVerdict>>(line, Json) is [.., { Passed: true } last] verdicts
                && verdicts.TrueForAll(verdict => verdict is { } one && one.Key == last.Key)
            )
                _verdicts[last.Key] = verdicts;
        }
        catch (JsonException)
        {
            // The key is tested again
        }
    }

    /// <summary>What determines the kernels; its hash is in the name of the file.</summary>
    private sealed record CacheOwner(int TestVersion, string Cpu, string FlagsHash, int Threads, string LibTorch, string Variables);
}
