using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Gateway;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Isolation;
using ActorColorize.Protocol;
using Microsoft.Extensions.Configuration;

namespace ActorColorize.Host.Serving;

/// <summary>
/// Reads a daemon's settings: defaults, overridden by a JSON file, by environment variables and by the command line, in this order. Every
/// key must be known (<see cref="ServeKeys"/>) and is validated at start; an error names the key and its source.
/// </summary>
internal sealed class ServeConfiguration
{
    /// <summary>An environment variable of a key: <c>ACTORCOLORIZE_SERVE_GATEWAY_PORT</c> for <c>gateway.port</c>.</summary>
    public const string VariablePrefix = "ACTORCOLORIZE_SERVE_";

    /// <summary>The key that includes another file of the same folder; the including file's settings take precedence.</summary>
    private const string Include = "include";

    private const int DeepestInclude = 8;
    private const int ShortestToken = 32;
    private const int LongestToken = 512;

    /// <summary>Keys whose value may also be written as a list.</summary>
    private static readonly string[] Lists = ["roles", "cluster:seeds", "device:name", "rest:browse_roots"];

    private static readonly Dictionary<string, PropertyInfo> Known = KeysOf(typeof(ServeKeys), string.Empty)
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The sections, in lower case.</summary>
    private static readonly HashSet<string> Sections =
    [
        .. Known.Keys.Where(static key => key.Contains(':')).Select(static key => key[..key.IndexOf(':')]),
    ];

    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _places = new(StringComparer.OrdinalIgnoreCase);

    private readonly List<string> _files = [];

    private ServeConfiguration() { }

    /// <summary>Reads the settings.</summary>
    /// <param name="file">The JSON file; null for none.</param>
    /// <param name="dataFolder">The command line's data folder, or null.</param>
    /// <param name="environment">Environment variables.</param>
    /// <exception cref="UsageException">A file does not exist or cannot be read, a key is unknown or its value is invalid.</exception>
    public static ServeSettings Load(string? file, string? dataFolder, IDictionary environment) =>
        Load(file, dataFolder, environment, out _);

    /// <summary>Reads the settings, and says which files they come from.</summary>
    /// <param name="file">The JSON file; null for none.</param>
    /// <param name="dataFolder">The command line's data folder, or null.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="files">The absolute paths of the files, the including one first.</param>
    /// <exception cref="UsageException">A file does not exist or cannot be read, a key is unknown or its value is invalid.</exception>
    public static ServeSettings Load(string? file, string? dataFolder, IDictionary environment, out IReadOnlyList<string> files)
    {
        var configuration = new ServeConfiguration();
        files = configuration._files;
        if (file is not null)
            configuration.TakeFile(file, Path.GetFullPath(file), "--config");
        configuration.Take(environment);
        if (dataFolder is not null)
            configuration.Take("data:folder", Path.GetFullPath(dataFolder), "--data-folder");
        foreach (var (key, value) in configuration._values.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
            configuration.Check(key, value!);
        var settings = configuration.Settings();
        RequireSense(settings);
        RequireSense(settings.Rest);
        return settings;
    }

    private ServeSettings Settings()
    {
        var keys = new ServeKeys();
        new ConfigurationBuilder().AddInMemoryCollection(_values).Build().Bind(keys);
        var roles = Roles(keys.Roles);
        var coordinates = roles.HasFlag(NodeRoles.Coordinator);
        var certificate = coordinates ? ExistingFile("gateway:certificate", keys.Gateway.Certificate) : null;
        var authority = coordinates ? ExistingFile("gateway:authority", keys.Gateway.Authority) : null;
        return new ServeSettings
        {
            DataFolder = Path.GetFullPath(keys.Data.Folder ?? GatewayFile.DefaultFolder),
            Roles = roles,
            Cluster = _values.Keys.Any(static key => key.StartsWith("cluster:", StringComparison.OrdinalIgnoreCase))
                ? Cluster(keys.Cluster)
                : null,
            Postgres = coordinates ? Postgres(keys.Store) : null,
            GatewayHost = keys.Gateway.Host,
            GatewayPublicHost = keys.Gateway.PublicHost ?? PublicNameOf(keys.Gateway.Host),
            GatewayPort = keys.Gateway.Port,
            GatewayCertificate = certificate,
            GatewayAuthority = authority,
            Clients = new ClientLimits(
                keys.Clients.PerSecond,
                keys.Clients.AtOnceInASecond,
                keys.Clients.InFlight,
                keys.Clients.OpenJobs,
                keys.Clients.Most
            ),
            Device = keys.Device.Name,
            Isolation = new IsolationOptions(keys.Device.Isolate, keys.Device.DeadlineSeconds, IsService: true),
            Threads = keys.Device.Threads,
            Engine = keys.Device.Engine,
            ColouringShare = keys.Sharing.Colorize,
            ModelsFolder = keys.Models.Folder is { } models ? Path.GetFullPath(models) : null,
            LeaseFor = TimeSpan.FromSeconds(keys.Jobs.LeaseSeconds),
            KeepDetailsFor = TimeSpan.FromDays(keys.Jobs.KeepDetailsDays),
            MaxMegapixels = keys.Jobs.MaxMegapixels,
            Rest = Rest(keys.Rest, coordinates, certificate, authority),
        };
    }

    private RestServeSettings Rest(ServeKeys.RestKeys keys, bool coordinates, string? gatewayCertificate, string? gatewayAuthority)
    {
        var certificate = coordinates ? ExistingFile("rest:certificate", keys.Certificate) : null;
        var authority = coordinates ? ExistingFile("rest:authority", keys.Authority) : null;
        return new RestServeSettings
        {
            Port = coordinates ? keys.Port : null,
            Host = keys.Host,
            PublicHost = keys.PublicHost ?? PublicNameOf(keys.Host),
            Certificate = certificate ?? (authority is null ? gatewayCertificate : null),
            Authority = authority ?? (certificate is null ? gatewayAuthority : null),
            LargestPicture = (long)(keys.MaxPictureMegabytes * (1L << 20)),
            PicturesAtOnce = keys.PicturesAtOnce,
            Codec = keys.Codec,
            Token = coordinates ? Token(keys.TokenFile, certificate ?? gatewayCertificate) : null,
            BrowseRoots = BrowseRoots(keys.BrowseRoots),
            Scratch = keys.Scratch is { } scratch ? Path.GetFullPath(scratch) : null,
            HasDashboard = coordinates && keys.Dashboard == DashboardMode.On,
        };
    }

    private string[]? BrowseRoots(string? folders)
    {
        var roots = folders?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return roots?.FirstOrDefault(static root => !Path.IsPathFullyQualified(root)) is { } relative
            ? throw new UsageException($"{_places["rest:browse_roots"]}: 'rest.browse_roots' must be absolute folders, not '{relative}'")
            : roots;
    }

    /// <summary>The token of a file, for clients that must know it before the daemon starts.</summary>
    private string? Token(string? name, string? certificate)
    {
        const string key = "rest:token_file";
        if (ExistingFile(key, name) is not { } file)
            return null;
        if (certificate is not null)
            throw new UsageException(
                $"{_places[key]}: '{Dotted(key)}' is for plain HTTP, but a certificate is set: clients identify themselves by certificates"
            );
        string token;
        try
        {
            token = System.Text.Encoding.UTF8.GetString(SmallFile.Read(file)).TrimEnd('\r', '\n');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"{_places[key]}: '{Dotted(key)}' names {file}, which cannot be read: {StorageFault.Reason(fault)}",
                fault
            );
        }

        return
            token.Length is >= ShortestToken and <= LongestToken
            && token.All(static c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c))
            ? token
            : throw new UsageException(
                $"{_places[key]}: '{Dotted(key)}' names {file}, which must contain one line of {ShortestToken} to {LongestToken} letters, "
                    + "digits and -._~+/= (for example from 'openssl rand -hex 32')"
            );
    }

    private PostgresConnection? Postgres(ServeKeys.StoreKeys keys)
    {
        var connection = keys.Connection;
        var passwordFile = ExistingFile("store:password_file", keys.PasswordFile);
        if (keys.Kind == StoreKind.Sqlite)
        {
            if ((connection ?? passwordFile) is not null)
                throw new UsageException("'store.connection' and 'store.password_file' require 'store.kind' to be postgresql");
            return null;
        }

        if (connection is null)
            throw new UsageException(
                "'store.connection' is missing: how the PostgreSQL database is reached, such as "
                    + "'Host=db.example.org;Username=colorize;Database=colorize'"
            );
        try
        {
            return PostgresConnection.Parse(connection, passwordFile is null ? null : File.ReadAllText(passwordFile).TrimEnd('\r', '\n'));
        }
        catch (FormatException wrong)
        {
            throw new UsageException($"{_places["store:connection"]}: 'store.connection' {wrong.Message}", wrong);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"{_places["store:password_file"]}: 'store.password_file' names {passwordFile}, "
                    + $"which cannot be read: {StorageFault.Reason(fault)}",
                fault
            );
        }
    }

    private NodeRoles Roles(string words)
    {
        var roles = NodeRoles.None;
        foreach (var word in words.Split(',', StringSplitOptions.TrimEntries))
        {
            roles |= word switch
            {
                "coordinator" => NodeRoles.Coordinator,
                "device" => NodeRoles.Device,
                _ => throw new UsageException($"{_places["roles"]}: 'roles' must be coordinator, device or both, not '{word}'"),
            };
        }

        return roles;
    }

    private ClusterSettings Cluster(ServeKeys.ClusterKeys keys)
    {
        var host = keys.Host ?? throw Missing("cluster:host", "the address that this node listens on");
        return new ClusterSettings(
            host,
            keys.PublicHost ?? PublicNameOf(host),
            keys.Port,
            keys.Seeds ?? throw Missing("cluster:seeds", "host:port of every coordinator"),
            ExistingFile("cluster:certificate", keys.Certificate)
                ?? throw Missing("cluster:certificate", "the node's certificate and key (created by scripts/make-certs --node)"),
            ExistingFile("cluster:authority", keys.Authority)
                ?? throw Missing("cluster:authority", "the certificate of the authority that issues the nodes' certificates"),
            TimeSpan.FromSeconds(keys.DeadAfterSeconds),
            TimeSpan.FromSeconds(keys.StableForSeconds)
        );
    }

    private static UsageException Missing(string key, string what) => new($"'{Dotted(key)}' is missing: {what}");

    /// <summary>This machine's name for other nodes, if it listens on every address.</summary>
    private static string PublicNameOf(string host) =>
        IPAddress.TryParse(host, out var address) && (IPAddress.Any.Equals(address) || IPAddress.IPv6Any.Equals(address))
            ? Dns.GetHostName()
            : host;

    private string? ExistingFile(string key, string? name)
    {
        if (name is null)
            return null;
        var path = Path.GetFullPath(name);
        return File.Exists(path) ? path : throw new UsageException($"{_places[key]}: '{Dotted(key)}' names {name}, which does not exist");
    }

    /// <summary>
    /// Adds a file's values; null is treated as not given, so that it does not hide a value of an included file. Paths are relative to the
    /// file that contains them.
    /// </summary>
    /// <param name="file">The file, as it is named.</param>
    /// <param name="path">Its absolute path.</param>
    /// <param name="namedBy">What names it.</param>
    /// <param name="depth">How many files include it.</param>
    private void TakeFile(string file, string path, string namedBy, int depth = 0)
    {
        if (!File.Exists(path))
            throw new UsageException($"{namedBy} {file}: no such file");
        _files.Add(path);
        var folder = Path.GetDirectoryName(path)!;
        var entries = new SettingsFile(file, Sections).Read(path);
        if (entries.FirstOrDefault(static entry => entry.Key == Include) is { Form: not SettingsForm.Null } other)
        {
            if (depth == DeepestInclude)
                throw new UsageException($"{file}: '{Include}' is circular");
            if (other is not { Form: SettingsForm.Single, Text.Length: > 0 })
                throw new UsageException($"{file}: '{Include}' must be the name of a file");
            var included = Path.GetFullPath(other.Text, folder);
            TakeFile(
                Path.IsPathFullyQualified(other.Text) ? other.Text : Beside(file, other.Text),
                included,
                $"{file}: '{Include}'",
                depth + 1
            );
        }

        foreach (var (key, form, text) in entries)
        {
            if (key == Include)
                continue;
            if (!Known.TryGetValue(key, out var property))
                throw new UsageException(Unknown(key, file));
            if (form == SettingsForm.Null)
                continue;
            if (form == SettingsForm.Object || (form == SettingsForm.List && !Lists.Contains(key, StringComparer.OrdinalIgnoreCase)))
                throw new UsageException(
                    $"{file}: '{Dotted(key)}' must be a string or a number, not {(form == SettingsForm.List ? "a list" : "an object")}"
                );
            Take(key, text.Length > 0 && property.IsDefined(typeof(PathKeyAttribute)) ? Path.GetFullPath(text, folder) : text, file);
        }
    }

    /// <summary>The name of a file in another one's folder, as a user would write it.</summary>
    private static string Beside(string file, string name) =>
        Path.GetDirectoryName(file) is { Length: > 0 } folder ? Path.Combine(folder, name) : name;

    private void Take(IDictionary environment)
    {
        foreach (DictionaryEntry variable in environment)
        {
            var name = (string)variable.Key;
            if (!name.StartsWith(VariablePrefix, StringComparison.Ordinal))
                continue;
            var rest = name[VariablePrefix.Length..].ToLowerInvariant();
            var section = rest.IndexOf('_', StringComparison.Ordinal);
            Take(section < 0 ? rest : $"{rest[..section]}:{rest[(section + 1)..]}", (string?)variable.Value ?? string.Empty, name);
        }
    }

    private void Take(string key, string value, string place) => (_values[key], _places[key]) = (value, place);

    /// <summary>Rejects an unknown key, and a value that cannot be bound or is out of bounds.</summary>
    private void Check(string key, string value)
    {
        var place = _places[key];
        if (!Known.TryGetValue(key, out var property))
            throw new UsageException(Unknown(key, place));
        if (value.Length == 0)
            throw new UsageException($"{place}: '{Dotted(key)}' is empty");
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (
            type.IsEnum
            && Enum.GetNames(type).Select(static name => name.ToLowerInvariant()).ToArray() is var words
            && !words.Contains(value)
        )
            throw new UsageException($"{place}: '{Dotted(key)}' must be one of {string.Join(", ", words)}, not '{value}'");
        if (property.GetCustomAttribute<RangeAttribute>() is { } range && !IsNumber(value, type, range))
            throw new UsageException(
                $"{place}: '{Dotted(key)}' must be a {(type == typeof(int) ? "whole number" : "number")} from {range.Minimum} to "
                    + $"{range.Maximum}, not '{value}'"
            );
    }

    private static bool IsNumber(string text, Type type, RangeAttribute range) =>
        double.TryParse(
            text,
            type == typeof(int) ? NumberStyles.AllowLeadingSign : NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var number
        )
        && number >= Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture)
        && number <= Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);

    private static string Unknown(string key, string place)
    {
        var near = Suggestion.For(Dotted(key), Known.Keys.Select(Dotted));
        return $"{place}: unknown key '{Dotted(key)}'{(near is null ? string.Empty : $", did you mean '{near}'?")}";
    }

    /// <summary>A key in dotted form: <c>gateway.port</c>.</summary>
    internal static string Dotted(string key) => key.Replace(':', '.');

    private static IEnumerable<KeyValuePair<string, PropertyInfo>> KeysOf(Type section, string prefix)
    {
        foreach (var property in section.GetProperties())
        {
            var key = prefix + (property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name.ToLowerInvariant());
            if (property.PropertyType.DeclaringType == typeof(ServeKeys))
            {
                foreach (var inner in KeysOf(property.PropertyType, $"{key}:"))
                    yield return inner;
            }
            else
            {
                yield return new(key, property);
            }
        }
    }

    private static void RequireSense(ServeSettings settings)
    {
        if (settings.GatewayCertificate is null != settings.GatewayAuthority is null)
            throw new UsageException("'gateway.certificate' and 'gateway.authority' must be set together");
        var isLoopback =
            settings.GatewayHost == "localhost"
            || (IPAddress.TryParse(settings.GatewayHost, out var address) && IPAddress.IsLoopback(address));
        if (settings.GatewayCertificate is null && !isLoopback && settings.Roles.HasFlag(NodeRoles.Coordinator))
            throw new UsageException(
                $"'gateway.host' is {settings.GatewayHost}, which other machines can reach: set 'gateway.certificate' and "
                    + "'gateway.authority' (scripts/make-certs creates them), or keep 127.0.0.1"
            );
        if (settings.Cluster is { } cluster)
            RequireSense(settings, cluster);
        else if (settings.Roles != (NodeRoles.Coordinator | NodeRoles.Device))
            throw new UsageException("'roles' requires 'cluster': set both, or neither");
        else if (settings.Device.Contains(',', StringComparison.Ordinal))
            throw new UsageException("'device.name' names several devices, each of which needs its own process: set 'cluster' as well");
    }

    private static void RequireSense(ServeSettings settings, ClusterSettings cluster)
    {
        var coordinators = cluster.Coordinators();
        foreach (var seed in coordinators)
        {
            var colon = seed.LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(seed.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535)
                throw new UsageException($"'cluster.seeds': '{seed}' is not a valid host:port");
        }

        if (!settings.Roles.HasFlag(NodeRoles.Coordinator))
            return;
        var own = $"{cluster.PublicHost}:{cluster.Port}";
        if (!coordinators.Contains(own, StringComparer.Ordinal))
            throw new UsageException(
                $"'cluster.seeds' does not include this coordinator, {own}: list every coordinator, in the same order on every "
                    + "node (a majority of them forms the quorum)"
            );
        if (coordinators.Count > 1 && settings.Postgres is null)
            throw new UsageException(
                $"'cluster.seeds' names {coordinators.Count} coordinators, which cannot share SQLite files: set a PostgreSQL "
                    + "database ('store.kind' postgresql and 'store.connection'), or use a single coordinator"
            );
        if (settings.Rest is { Port: not null, Scratch: null })
            throw new UsageException(
                "'rest.scratch' is missing: in a cluster, it is a folder for posted pictures that every device can access under the same "
                    + "path, a different one for each coordinator"
            );
    }

    private static void RequireSense(RestServeSettings rest)
    {
        if (rest.Certificate is null != rest.Authority is null)
            throw new UsageException("'rest.certificate' and 'rest.authority' must be set together");
        if (rest.Host != "localhost" && !IPAddress.TryParse(rest.Host, out _))
            throw new UsageException(
                $"'rest.host' must be an address (127.0.0.1, 0.0.0.0, ::1 …), not '{rest.Host}'; put a name into 'rest.public_host'"
            );
        if (
            rest.Port is not null
            && rest.Certificate is null
            && !(rest.Host == "localhost" || IPAddress.IsLoopback(IPAddress.Parse(rest.Host)))
        )
            throw new UsageException(
                $"'rest.host' is {rest.Host}, which other machines can reach: set 'rest.certificate' and 'rest.authority' "
                    + "(scripts/make-certs creates them), or keep 127.0.0.1"
            );
    }
}
