using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ActorColorize.Actors.Gpu;
using ActorColorize.Actors.Jobs;
using ActorColorize.Model.Devices;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// What a device process has to know, handed to it through its standard input as one line of JSON: it holds the private key that admits it
/// to its parent, and a command line or an environment can be read by others.
/// </summary>
public sealed record DeviceBootstrap
{
    /// <summary>The parent's number for the process.</summary>
    public required int Incarnation { get; init; }

    /// <summary>The parent's process id; a process that finds itself with another parent was orphaned before it began.</summary>
    public required int ParentProcess { get; init; }

    /// <summary>Where the parent listens: the address of its endpoint's actor system.</summary>
    public required string Parent { get; init; }

    /// <summary>
    /// The certificate that both sides show and expect, with its private key: PKCS #12 in base64. Made for this one process.
    /// </summary>
    public required string Certificate { get; init; }

    /// <summary>Time between heartbeats, seconds.</summary>
    public required double HeartbeatSeconds { get; init; }

    /// <summary>On what the device computes.</summary>
    public required DeviceDescription Device { get; init; }

    /// <summary>One line without a line end in it.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    /// <summary>Reads what <see cref="ToLine"/> wrote.</summary>
    /// <exception cref="DeviceProcessException">The line is no bootstrap message.</exception>
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

    /// <summary>The certificate, ready to be used.</summary>
    public X509Certificate2 OpenCertificate() =>
        X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(Certificate), null, X509KeyStorageFlags.EphemeralKeySet);
}

/// <summary>What a device process is made up of.</summary>
/// <param name="Name">cpu or cuda:N.</param>
/// <param name="Reason">Why it was chosen.</param>
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

    /// <summary>The device's settings.</summary>
    public DeviceSettings ToSettings() =>
        new(new DeviceChoice(Name, Reason), Precision, Threads, SelfTestCache) { ColouringShare = ColouringShare };
}
