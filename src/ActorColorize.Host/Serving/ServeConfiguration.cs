using System.Collections;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Gateway;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Serving;

/// <summary>
/// Reads a daemon's settings: the defaults, over them a JSON file, over it environment variables, over them the command line. Every key is
/// known and checked at start; what is wrong is named
/// with the place where it stands.
/// </summary>
internal sealed partial class ServeConfiguration
{
    /// <summary>An environment variable of a key: <c>ACTORCOLORIZE_SERVE_GATEWAY_PORT</c> for <c>gateway.port</c>.</summary>
    public const string VariablePrefix = "ACTORCOLORIZE_SERVE_";

    /// <summary>Names another file, beside this one, whose settings count where this one has none.</summary>
    private const string Include = "include";

    private static readonly string[] Lists = ["roles", "cluster.seeds", "device.name"];

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private const int ClusterPort = 4588;

    private readonly Dictionary<string, (string Value, string Place)> _given = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private ServeConfiguration() { }

    /// <summary>Reads the settings.</summary>
    /// <param name="file">The JSON file; null for none.</param>
    /// <param name="dataFolder">The command line's data folder; null where it names none.</param>
    /// <param name="environment">Environment variables.</param>
    /// <exception cref="InputException">The file is not there or cannot be read.</exception>
    /// <exception cref="UsageException">A key is unknown, or its value makes no sense.</exception>
    public static ServeSettings Load(string? file, string? dataFolder, IDictionary environment)
    {
        var configuration = new ServeConfiguration();
        if (file is not null)
            configuration.Take(file);
        configuration.Take(environment);
        if (dataFolder is not null)
            configuration._given["data.folder"] = (Path.GetFullPath(dataFolder), "--data");
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
        var roles = Roles();
        var coordinates = roles.HasFlag(NodeRoles.Coordinator);
        var certificate = coordinates ? OptionalFile("gateway.certificate") : OfOthers<string>("gateway.certificate");
        var authority = coordinates ? OptionalFile("gateway.authority") : OfOthers<string>("gateway.authority");
        return new ServeSettings
        {
            DataFolder = Path.GetFullPath(Text("data.folder", GatewayFile.DefaultFolder)),
            Roles = roles,
            Cluster = _given.Keys.Any(key => key.StartsWith("cluster.", StringComparison.Ordinal)) ? Cluster() : null,
            Postgres = coordinates ? Postgres() : OfOthers<PostgresConnection>("store.kind", "store.connection", "store.password_file"),
            GatewayHost = host,
            GatewayPublicHost = Text(
                "gateway.public_host",
                IPAddress.TryParse(host, out var address) && IPAddress.Any.Equals(address) ? Dns.GetHostName() : host
            ),
            GatewayPort = (int)Number("gateway.port", 0, 0, 65535),
            GatewayCertificate = certificate,
            GatewayAuthority = authority,
            Clients = new ClientLimits(
                Number("clients.per_second", limits.PerSecond, 1, 100_000),
                (int)Number("clients.at_once_in_a_second", limits.Burst, 1, 100_000),
                (int)Number("clients.in_flight", limits.InFlight, 1, 10_000),
                (int)Number("clients.open_jobs", limits.OpenJobs, 1, 1_000_000),
                (int)Number("clients.most", limits.Clients, 1, 10_000)
            ),
            Device = Text("device.name", "auto"),
            Isolation = new IsolationOptions(
                OneOf("device.isolate", IsolationMode.Auto),
                Number("device.deadline_seconds", IsolationOptions.DefaultDeadlineSeconds, 1, 86_400)
            ),
            Threads = (int)Number("device.threads", 0, 0, 1024),
            ColouringShare = Number("sharing.colorize", DeviceTurns.DefaultShare, 0, 1),
            ModelsFolder = OptionalText("models.folder") is { } models ? Path.GetFullPath(models) : null,
            LeaseFor = TimeSpan.FromSeconds(Number("jobs.lease_seconds", 60, 5, 3600)),
            KeepDetailsFor = TimeSpan.FromDays(Number("jobs.keep_details_days", 60, 0, 36_500)),
            Rest = Rest(coordinates, certificate, authority),
        };
    }

    private PostgresConnection? Postgres()
    {
        var kind = OneOf("store.kind", StoreKind.Sqlite);
        var connection = OptionalText("store.connection");
        var passwordFile = OptionalFile("store.password_file");
        if (kind == StoreKind.Sqlite)
        {
            if ((connection ?? passwordFile) is not null)
                throw new UsageException("'store.connection' and 'store.password_file' are for a 'store.kind' of postgresql");
            return null;
        }

        if (connection is null)
            throw new UsageException(
                "'store.connection' is missing: how the PostgreSQL database is reached, such as 'Host=db.example.org;Username=colorize;Database=colorize'"
            );
        try
        {
            return PostgresConnection.Parse(connection, passwordFile is null ? null : File.ReadAllText(passwordFile).TrimEnd('\r', '\n'));
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"{_given["store.connection"].Place}: 'store.connection' {wrong.Message}", wrong);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{_given["store.password_file"].Place}: 'store.password_file' names {passwordFile}, which cannot be read: {StorageFault.Reason(fault)}",
                fault
            );
        }
    }

    private NodeRoles Roles()
    {
        var roles = NodeRoles.None;
        foreach (var word in Text("roles", "coordinator,device").Split(',', StringSplitOptions.TrimEntries))
        {
            roles |= word switch
            {
                "coordinator" => NodeRoles.Coordinator,
                "device" => NodeRoles.Device,
                _ => throw new UsageException($"{_given["roles"].Place}: 'roles' are coordinator, device or both, not '{word}'"),
            };
        }

        return roles;
    }

    private ClusterSettings Cluster()
    {
        var host = Required("cluster.host", "the address that this node listens on");
        return new ClusterSettings(
            host,
            Text("cluster.public_host", host),
            (int)Number("cluster.port", ClusterPort, 1, 65_000),
            Required("cluster.seeds", "host:port of every coordinator"),
            OptionalFile("cluster.certificate")
                ?? throw new UsageException(
                    "'cluster.certificate' is missing: the node's certificate and key (scripts/make-certs --node makes one)"
                ),
            OptionalFile("cluster.authority")
                ?? throw new UsageException(
                    "'cluster.authority' is missing: the certificate of the authority that issues the nodes' certificates"
                ),
            TimeSpan.FromSeconds(Number("cluster.dead_after_seconds", ClusterSettings.DefaultDeadAfterSeconds, 2, 600)),
            TimeSpan.FromSeconds(Number("cluster.stable_for_seconds", ClusterSettings.DefaultStableForSeconds, 2, 600))
        );
    }

    /// <summary>Settings that stand in a file for all nodes and are not this one's affair.</summary>
    private T? OfOthers<T>(params string[] keys)
        where T : class
    {
        _known.UnionWith(keys);
        return null;
    }

    private string Required(string key, string what)
    {
        _known.Add(key);
        return _given.ContainsKey(key) ? Text(key, string.Empty) : throw new UsageException($"'{key}' is missing: {what}");
    }

    private void Take(string file, int depth = 0)
    {
        const int deepest = 8;
        var path = Path.GetFullPath(file);
        if (!File.Exists(path))
            throw new InputException($"--config {file}: there is no such file");
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            if (
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(Include, out var other)
                && other.ValueKind == JsonValueKind.String
            )
            {
                if (depth == deepest)
                    throw new UsageException($"{file}: '{Include}' goes round in circles");
                Take(Path.Combine(Path.GetDirectoryName(path)!, other.GetString()!), depth + 1);
            }

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
                foreach (var property in element.EnumerateObject())
                    Take(property.Value, key.Length == 0 ? property.Name : $"{key}.{property.Name}", file);
                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String when key == Include:
                break;
            case JsonValueKind.Array
                when Lists.Contains(key, StringComparer.Ordinal)
                    && element.EnumerateArray().All(entry => entry.ValueKind == JsonValueKind.String):
                _given[key] = (string.Join(',', element.EnumerateArray().Select(entry => entry.GetString())), file);
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
            if (!name.StartsWith(VariablePrefix, StringComparison.Ordinal))
                continue;
            var rest = name[VariablePrefix.Length..].ToLowerInvariant();
            var section = rest.IndexOf('_', StringComparison.Ordinal);
            _given[section < 0 ? rest : $"{rest[..section]}.{rest[(section + 1)..]}"] = ((string?)variable.Value ?? string.Empty, name);
        }
    }

    private string Text(string key, string fallback)
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given))
            return fallback;
        return given.Value.Length > 0 ? given.Value : throw new UsageException($"{given.Place}: '{key}' is empty");
    }

    private string? OptionalText(string key)
    {
        _known.Add(key);
        return _given.ContainsKey(key) ? Text(key, string.Empty) : null;
    }

    private string? OptionalFile(string key)
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given))
            return null;
        var path = Path.GetFullPath(given.Value);
        return File.Exists(path) ? path : throw new InputException($"{given.Place}: '{key}' names {given.Value}, which is not there");
    }

    private T OneOf<T>(string key, T fallback)
        where T : struct, Enum
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given))
            return fallback;
        var words = Enum.GetNames<T>().Select(static name => name.ToLowerInvariant()).ToArray();
        return words.Contains(given.Value, StringComparer.Ordinal)
            ? Enum.Parse<T>(given.Value, ignoreCase: true)
            : throw new UsageException($"{given.Place}: '{key}' is one of {string.Join(", ", words)}, not '{given.Value}'");
    }

    private double Number(string key, double fallback, double least, double most)
    {
        _known.Add(key);
        if (!_given.TryGetValue(key, out var given))
            return fallback;
        return
            double.TryParse(given.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? number
            : throw new UsageException($"{given.Place}: '{key}' is a number from {least} to {most}, not '{given.Value}'");
    }

    private void RequireAllKnown()
    {
        foreach (var (key, given) in _given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!_known.Contains(key))
                throw new UsageException(
                    $"{given.Place}: unknown key '{key}'"
                        + (Suggestion.For(key, _known) is { } near ? $", did you mean '{near}'?" : string.Empty)
                );
        }
    }

    private static void RequireSense(ServeSettings settings)
    {
        if (settings.GatewayCertificate is null != settings.GatewayAuthority is null)
            throw new UsageException("'gateway.certificate' and 'gateway.authority' belong together: name both, or none");
        var isLoopback =
            settings.GatewayHost == "localhost"
            || (IPAddress.TryParse(settings.GatewayHost, out var address) && IPAddress.IsLoopback(address));
        if (settings.GatewayCertificate is null && !isLoopback && settings.Roles.HasFlag(NodeRoles.Coordinator))
            throw new UsageException(
                $"'gateway.host' is {settings.GatewayHost}, which others can reach: name 'gateway.certificate' and 'gateway.authority' (scripts/make-certs makes them), or leave it 127.0.0.1"
            );
        if (settings.Cluster is { } cluster)
            RequireSense(settings, cluster);
        else if (settings.Roles != (NodeRoles.Coordinator | NodeRoles.Device))
            throw new UsageException("'roles' are for the nodes of a cluster: name 'cluster' as well, or leave them out");
        else if (settings.Device.Contains(',', StringComparison.Ordinal))
            throw new UsageException("'device.name' names several devices, which takes a process for each: name 'cluster' as well");
    }

    private static void RequireSense(ServeSettings settings, ClusterSettings cluster)
    {
        var coordinators = cluster.Coordinators();
        foreach (var seed in coordinators)
        {
            var colon = seed.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(seed.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535)
                throw new UsageException($"'cluster.seeds': '{seed}' is no host:port");
        }

        if (!settings.Roles.HasFlag(NodeRoles.Coordinator))
            return;
        var own = $"{cluster.PublicHost}:{cluster.Port}";
        if (!coordinators.Contains(own, StringComparer.Ordinal))
            throw new UsageException(
                $"'cluster.seeds' lacks {own}, this coordinator itself: name every coordinator, in the same order on every node (a majority of them decides)"
            );
        if (coordinators.Count > 1 && settings.Postgres is null)
            throw new UsageException(
                $"'cluster.seeds' names {coordinators.Count} coordinators, which cannot share SQLite files: name a PostgreSQL database ('store.kind' postgresql and 'store.connection'), or one coordinator alone"
            );
        if (settings.Rest is { Port: not null, Scratch: null })
            throw new UsageException(
                "'rest.scratch' is missing: in a cluster, a folder for posted pictures that every device sees under the same path, another one for each coordinator"
            );
    }

    private enum StoreKind
    {
        Sqlite,
        Postgresql,
    }
}
