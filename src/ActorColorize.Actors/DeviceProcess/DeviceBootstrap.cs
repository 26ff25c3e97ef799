using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// The parameters of a device process, sent through its standard input as one line of JSON: it contains the private key that authenticates
/// it to its parent, and command lines and environments can be read by others.
/// </summary>
public sealed record DeviceBootstrap
{
    /// <summary>The parent's number for the process.</summary>
    public required int Incarnation { get; init; }

    /// <summary>The parent's process id; a process that has another parent was orphaned before it started.</summary>
    public required int ParentProcess { get; init; }

    /// <summary>The address of the parent's endpoint.</summary>
    public required string Parent { get; init; }

    /// <summary>
    /// The certificate that both sides present and accept, with its private key: PKCS #12 in base64. Created for this process only.
    /// </summary>
    public required string Certificate { get; init; }

    /// <summary>Time between heartbeats, seconds.</summary>
    public required double HeartbeatSeconds { get; init; }

    /// <summary>Description of the device.</summary>
    public required DeviceDescription Device { get; init; }

    /// <summary>Serializes to one line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToLine"/> wrote.</summary>
    /// <exception cref="DeviceProcessException">The line is not a bootstrap message.</exception>
    public static DeviceBootstrap Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<DeviceBootstrap>(line) ?? throw new DeviceProcessException("the bootstrap message is empty");
        }
        catch (JsonException e)
        {
            throw new DeviceProcessException($"the bootstrap message cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Loads the certificate.</summary>
    public X509Certificate2 OpenCertificate() =>
        X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(Certificate), null, X509KeyStorageFlags.EphemeralKeySet);
}

/// <summary>The configuration of a device process.</summary>
/// <param name="Name">cpu or cuda:N.</param>
/// <param name="Reason">Why it was selected.</param>
/// <param name="Precision">Number format of the activations.</param>
/// <param name="Threads">LibTorch's threads on the CPU.</param>
/// <param name="SelfTestCache">Folder of the numerical self-test's verdicts; null for the user's cache folder.</param>
/// <param name="ColoursArchives">Whether it pulls archive work; otherwise it only trains.</param>
/// <param name="LogFolder">Where its log file goes.</param>
/// <param name="LogId">Id of the run or job, on every line of it.</param>
public sealed record DeviceDescription(
    string Name,
    string Reason,
    Precision Precision,
    int Threads,
    string? SelfTestCache,
    bool ColoursArchives,
    string LogFolder,
    string LogId
)
{
    /// <summary>The name by which a job coordinator knows the device.</summary>
    public string Worker { get; init; } = new WorkerSettings().Device;

    /// <summary>Largest share of the device's time for colouring while a run trains, 0 to 1.</summary>
    public double ColouringShare { get; init; } = DeviceTurns.DefaultShare;

    /// <summary>What runs the networks that colour archives.</summary>
    public EngineChoice Engine { get; init; } = EngineChoice.Torch;

    /// <summary>Whether it has pictures decoded in separate processes.</summary>
    public bool IsolatesCodec { get; init; }

    /// <summary>The device's settings.</summary>
    public DeviceSettings ToSettings() =>
        new(new DeviceChoice(Name, Reason), Precision, Threads, SelfTestCache) { ColouringShare = ColouringShare, Engine = Engine };
}
