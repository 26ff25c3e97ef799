using System.Collections;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ActorColorize.Gateway;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>
/// Reads a daemon's settings: the defaults, over them a JSON file, over it environment variables, over them the command line. Every key is known and checked at start; what is wrong is named
/// with the place where it stands.
/// </summary>
internal sealed partial class ServeConfiguration
{
    /// <summary>An environment variable of a key: <c>ACTORCOLORIZE_SERVE_GATEWAY_PORT</c> for <c>gateway.port</c>.</summary>
    public const string VariablePrefix = "ACTORCOLORIZE_SERVE_";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly Dictionary<string, (string Value, string Place)> _given = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private ServeConfiguration()
    {
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="file">The JSON file; null for none.</param>
    /// <param name="dataFolder">The command line's data folder; null where it names none.</param>
    /// <param name="environment">Environment variables.</param>
    /// <exception cref="InputException">The file is not there or cannot be read.</exception>
    /// <exception cref="UsageException">A key is unknown, or its value makes no sense.</exception>
    public static ServeSettings Load(string? file, string? dataFolder, IDictionary environment)
    {
        var configuration = new ServeConfiguration();
        if (file is not null) configuration.Take(file);
        configuration.Take(environment);
        if (dataFolder is not null) configuration._given["data.folder"] = (Path.GetFullPath(dataFolder), "--data");
        var settings = configuration.Settings();
        configuration.RequireAllKnown();
        RequireSense(settings);
        RequireSense(settings.Rest);
        return settings;
    }

    private ServeSettings Settings()
    {
        var host = Text("gateway.host", "127.0.0.1");
        var limits = new ClientLimits();
        return new ServeSettings
        {
            DataFolder = Path.GetFullPath(Text("data.folder", GatewayFile.DefaultFolder)),
            GatewayHost = host,
            GatewayPublicHost = Text("gateway.public_host", IPAddress.TryParse(host, out var address) && IPAddress.Any.Equals(address) ? Dns.GetHostName() : host),
            GatewayPort = (int)Number("gateway.port", 0, 0, 65535),
            GatewayCertificate = OptionalFile("gateway.certificate"),
            GatewayAuthority = OptionalFile("gateway.authority"),
            Clients = new ClientLimits(
                Number("clients.per_second", limits.PerSecond, 1, 100_000),
                (int)Number("clients.at_once_in_a_second", limits.AtOnceInASecond, 1, 100_000),
                (int)Number("clients.in_flight", limits.InFlight, 1, 10_000),
                (int)Number("clients.open_jobs", limits.OpenJobs, 1, 1_000_000),
                (int)Number("clients.most", limits.Clients, 1, 10_000)),
            Device = Text("device.name", "auto"),
            Isolation = new IsolationOptions(
                OneOf("device.isolate", IsolationMode.Auto), Number("device.deadline_seconds", IsolationOptions.DefaultDeadlineSeconds, 1, 86_400)),
            Threads = (int)Number("device.threads", 0, 0, 1024),
            LeaseFor = TimeSpan.FromSeconds(Number("jobs.lease_seconds", 60, 5, 3600)),
            KeepDetailsFor = TimeSpan.FromDays(Number("jobs.keep_details_days", 60, 0, 36_500)),
            Rest = Rest(OptionalFile("gateway.certificate"), OptionalFile("gateway.authority")),
        };
    }

    private void Take(string file)
    {
        var path = Path.GetFullPath(file);
        if (!File.Exists(path)) throw new InputException($"--config {file}: there is no such file");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            Take(document.RootElement, string.Empty, file);
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"{file} is no JSON: {FailureMapping.OneLine(wrong.Message)}", wrong);
        }
    }

    private void Take(JsonElement element, string key, string file)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject()) Take(property.Value, key.Length == 0 ? property.Name : $"{key}.{property.Name}", file);
                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String or JsonValueKind.Number when key.Length > 0:
                _given[key] = (element.ToString(), file);
                break;
            default:
                throw new UsageException($"{file}: '{key}' is a text or a number, not {element.ValueKind.ToString().ToLowerInvariant()}");
        }
    }

    private void Take(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
        {
            var name = (string)variable.Key;
            if (!name.StartsWith(VariablePrefix, StringComparison.Ordinal)) continue;
            var rest = name[VariablePrefix.Length..].ToLowerInvariant();
            var section = rest.IndexOf('_', StringComparison.Ordinal);
            _given[section < 0 ? rest : $"{rest[..section]}.{rest[(section + 1)..]}"] = ((string?)variable.Value ?? string.Empty, name);
        }
    }

    private string Text(string key, string fallback)
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given)) return fallback;
        return given.Value.Length > 0 ? given.Value : throw new UsageException($"{given.Place}: '{key}' is empty");
    }

    private string? OptionalFile(string key)
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given)) return null;
        var path = Path.GetFullPath(given.Value);
        return File.Exists(path) ? path : throw new InputException($"{given.Place}: '{key}' names {given.Value}, which is not there");
    }

    private T OneOf<T>(string key, T fallback)
        where T : struct, Enum
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given)) return fallback;
        var words = Enum.GetNames<T>().Select(static name => name.ToLowerInvariant()).ToArray();
        return words.Contains(given.Value, StringComparer.Ordinal)
            ? Enum.Parse<T>(given.Value, ignoreCase: true)
            : throw new UsageException($"{given.Place}: '{key}' is one of {string.Join(", ", words)}, not '{given.Value}'");
    }

    private double Number(string key, double fallback, double least, double most)
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given)) return fallback;
        return double.TryParse(given.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{given.Place}: '{key}' is a number from {least} to {most}, not '{given.Value}'");
    }

    private void RequireAllKnown()
    {
        foreach (var (key, given) in _given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!_known.Contains(key)) throw new UsageException($"{given.Place}: unknown key '{key}'" + (Suggestion.For(key, _known) is { } near ? $", did you mean '{near}'?" : string.Empty));
        }
    }

    private static void RequireSense(ServeSettings settings)
    {
        if (settings.GatewayCertificate is null != settings.GatewayAuthority is null)
            throw new UsageException("'gateway.certificate' and 'gateway.authority' belong together: name both, or none");
        var isLoopback = settings.GatewayHost == "localhost" || (IPAddress.TryParse(settings.GatewayHost, out var address) && IPAddress.IsLoopback(address));
        if (settings.GatewayCertificate is null && !isLoopback)
            throw new UsageException($"'gateway.host' is {settings.GatewayHost}, which others can reach: name 'gateway.certificate' and 'gateway.authority' (scripts/make-certs makes them), or leave it 127.0.0.1");
    }
}
