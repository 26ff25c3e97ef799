using System.ComponentModel.DataAnnotations;
using ActorColorize.Actors.Gpu;
using ActorColorize.Gateway;
using ActorColorize.Host.Isolation;
using ActorColorize.Model.Inference;
using ActorColorize.Protocol;
using Microsoft.Extensions.Configuration;

namespace ActorColorize.Host.Serving;

/// <summary>
/// Every key of a daemon's settings with its default and its bounds, as Microsoft.Extensions.Configuration binds them: <c>gateway.port</c>
/// is <see cref="Gateway"/>'s <see cref="GatewayKeys.Port"/>. Null: not given. <c>config/serve/single.json</c> says what each of them
/// means.
/// </summary>
internal sealed class ServeKeys
{
    public string Roles { get; set; } = "coordinator,device";
    public DataKeys Data { get; } = new();
    public StoreKeys Store { get; } = new();
    public GatewayKeys Gateway { get; } = new();
    public ClientKeys Clients { get; } = new();
    public RestKeys Rest { get; } = new();
    public ClusterKeys Cluster { get; } = new();
    public DeviceKeys Device { get; } = new();
    public SharingKeys Sharing { get; } = new();
    public ModelKeys Models { get; } = new();
    public JobKeys Jobs { get; } = new();

    internal sealed class DataKeys
    {
        [PathKey]
        public string? Folder { get; set; }
    }

    internal sealed class StoreKeys
    {
        public StoreKind Kind { get; set; }
        public string? Connection { get; set; }

        [ConfigurationKeyName("password_file"), PathKey]
        public string? PasswordFile { get; set; }
    }

    internal sealed class GatewayKeys
    {
        public string Host { get; set; } = "127.0.0.1";

        [ConfigurationKeyName("public_host")]
        public string? PublicHost { get; set; }

        [Range(0, 65535)]
        public int Port { get; set; }

        [PathKey]
        public string? Certificate { get; set; }

        [PathKey]
        public string? Authority { get; set; }
    }

    internal sealed class ClientKeys
    {
        private static readonly ClientLimits Usual = new();

        [ConfigurationKeyName("per_second"), Range(1, 100_000.0)]
        public double PerSecond { get; set; } = Usual.PerSecond;

        [ConfigurationKeyName("at_once_in_a_second"), Range(1, 100_000)]
        public int AtOnceInASecond { get; set; } = Usual.Burst;

        [ConfigurationKeyName("in_flight"), Range(1, 10_000)]
        public int InFlight { get; set; } = Usual.InFlight;

        [ConfigurationKeyName("open_jobs"), Range(1, 1_000_000)]
        public int OpenJobs { get; set; } = Usual.OpenJobs;

        [Range(1, 10_000)]
        public int Most { get; set; } = Usual.Clients;
    }

    internal sealed class RestKeys
    {
        private static readonly RestServeSettings Usual = new();

        [Range(0, 65535)]
        public int? Port { get; set; }

        public string Host { get; set; } = Usual.Host;

        [ConfigurationKeyName("public_host")]
        public string? PublicHost { get; set; }

        [PathKey]
        public string? Certificate { get; set; }

        [PathKey]
        public string? Authority { get; set; }

        [ConfigurationKeyName("max_picture_megabytes"), Range(1, 2048.0)]
        public double MaxPictureMegabytes { get; set; } = Usual.LargestPicture >> 20;

        [ConfigurationKeyName("pictures_at_once"), Range(1, 1024)]
        public int PicturesAtOnce { get; set; } = Usual.PicturesAtOnce;

        [ConfigurationKeyName("token_file"), PathKey]
        public string? TokenFile { get; set; }

        [PathKey]
        public string? Scratch { get; set; }

        [ConfigurationKeyName("browse_roots")]
        public string? BrowseRoots { get; set; }

        public DashboardMode Dashboard { get; set; }

        public CodecChoice Codec { get; set; } = Usual.Codec;
    }

    internal sealed class ClusterKeys
    {
        public string? Host { get; set; }

        [ConfigurationKeyName("public_host")]
        public string? PublicHost { get; set; }

        [Range(1, 65_000)]
        public int Port { get; set; } = 4588;

        public string? Seeds { get; set; }

        [PathKey]
        public string? Certificate { get; set; }

        [PathKey]
        public string? Authority { get; set; }

        [ConfigurationKeyName("dead_after_seconds"), Range(2, 600.0)]
        public double DeadAfterSeconds { get; set; } = ClusterSettings.DefaultDeadAfterSeconds;

        [ConfigurationKeyName("stable_for_seconds"), Range(2, 600.0)]
        public double StableForSeconds { get; set; } = ClusterSettings.DefaultStableForSeconds;
    }

    internal sealed class DeviceKeys
    {
        public string Name { get; set; } = "auto";

        [Range(0, 1024)]
        public int Threads { get; set; }

        public EngineChoice Engine { get; set; } = EngineChoice.Torch;

        public IsolationMode Isolate { get; set; }

        [ConfigurationKeyName("deadline_seconds"), Range(1, 86_400.0)]
        public double DeadlineSeconds { get; set; } = IsolationOptions.DefaultDeadlineSeconds;
    }

    internal sealed class SharingKeys
    {
        [Range(0, 1.0)]
        public double Colorize { get; set; } = DeviceTurns.DefaultShare;
    }

    internal sealed class ModelKeys
    {
        [PathKey]
        public string? Folder { get; set; }
    }

    internal sealed class JobKeys
    {
        [ConfigurationKeyName("lease_seconds"), Range(5, 3600.0)]
        public double LeaseSeconds { get; set; } = 60;

        [ConfigurationKeyName("keep_details_days"), Range(0, 36_500.0)]
        public double KeepDetailsDays { get; set; } = 60;

        [ConfigurationKeyName("max_megapixels"), Range(1, JobRequest.MostMegapixels)]
        public int MaxMegapixels { get; set; } = JobSpecification.UsualMegapixels;
    }
}

/// <summary>The store of jobs.</summary>
internal enum StoreKind
{
    /// <summary>SQLite files in the data folder.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database.</summary>
    Postgresql,
}

/// <summary>Whether the REST server has the dashboard.</summary>
internal enum DashboardMode
{
    /// <summary>It has; a daemon of this machine opens a port for it by itself.</summary>
    On,

    /// <summary>It has not.</summary>
    Off,
}

/// <summary>The value of a key is a path: in a settings file, it is relative to that file.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PathKeyAttribute : Attribute;
