using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorColorize.Actors.Jobs;
using ActorColorize.Actors.Jobs.Store;
using ActorColorize.Data.Storage;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Serving;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Doctor;

/// <summary>
/// Examines what a daemon needs, as the account that runs this command: data folder, ports, certificates, database, clocks and shared
/// folders. It starts nothing and changes nothing but the marks that it leaves in shared folders.
/// </summary>
/// <param name="settings">The daemon's settings.</param>
/// <param name="time">The clock.</param>
internal sealed class DaemonExamination(ServeSettings settings, TimeProvider time)
{
    private const string MarkFolder = ".actorcolorize-seen";

    private static readonly TimeSpan LongestDifference = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MarksKept = TimeSpan.FromDays(7);

    private bool _isRunning;

    /// <summary>The findings, in the order of the daemon's start.</summary>
    public IReadOnlyList<DaemonFinding> Findings()
    {
        var findings = new List<DaemonFinding> { DataFolder() };
        findings.AddRange(Ports());
        findings.AddRange(Certificates());
        if (settings.Roles.HasFlag(NodeRoles.Coordinator))
            findings.AddRange(Database());
        if (settings.ModelsFolder is { } models)
            findings.Add(Shared("models.folder", models));
        if (settings.Rest.Scratch is { } scratch)
            findings.Add(Shared("rest.scratch", scratch));
        return findings;
    }

    private DaemonFinding DataFolder()
    {
        const string what = "data.folder";
        var folder = settings.DataFolder;
        try
        {
            var format = DataFormat.Of(folder);
            if (!Directory.Exists(folder))
                return Creatable(folder) is { } reason
                    ? DaemonFinding.Failure(what, $"{folder} does not exist and cannot be created: {reason}", ExitCode.Output)
                    : DaemonFinding.Good(what, $"{folder} does not exist yet; the first start creates it");
            OutputFolder.MakeWritable("the data folder", folder);
            using (var alone = FolderLock.TryTake(folder))
                _isRunning = alone is null;
            var free = LocalDisk.Instance.FreeBytes(folder) is { } bytes ? $", {Quantities.Bytes(bytes)} free" : string.Empty;
            return DaemonFinding.Good(
                what,
                $"{folder} is writable{free}; format {format?.ToString(CultureInfo.InvariantCulture) ?? "none yet"}, this "
                    + $"program's is {DataFormat.Current}{(_isRunning ? "; a daemon is using it" : "; no daemon is using it")}"
            );
        }
        catch (UserException problem)
        {
            return DaemonFinding.Failure(what, problem.Message, problem.Code);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return DaemonFinding.Failure(what, $"{folder} cannot be used: {StorageFault.Reason(problem)}", ExitCode.Output);
        }
    }

    /// <summary>Why a folder cannot be created; null if the nearest folder above it is writable.</summary>
    private static string? Creatable(string folder)
    {
        for (var above = Path.GetDirectoryName(folder); above is not null; above = Path.GetDirectoryName(above))
        {
            if (!Path.Exists(above))
                continue;
            try
            {
                OutputFolder.MakeWritable("the folder", above);
                return null;
            }
            catch (OutputException problem)
            {
                return problem.Message;
            }
        }

        return "nothing above it exists";
    }

    private IEnumerable<DaemonFinding> Ports()
    {
        var coordinates = settings.Roles.HasFlag(NodeRoles.Coordinator);
        if (coordinates && settings.GatewayPort > 0)
            yield return Port("gateway.port", settings.GatewayHost, settings.GatewayPort);
        if (coordinates && settings.Rest.Port is > 0 and var rest)
            yield return Port("rest.port", settings.Rest.Host, rest);
        if (settings.Cluster is not { } cluster)
            yield break;
        var processes =
            (coordinates ? 1 : 0)
            + (settings.Roles.HasFlag(NodeRoles.Device) ? settings.Device.Split(',', StringSplitOptions.RemoveEmptyEntries).Length : 0);
        for (var i = 0; i < processes; i++)
            yield return Port(i == 0 ? "cluster.port" : $"cluster.port + {i}", cluster.Host, cluster.Port + i);
    }

    private DaemonFinding Port(string what, string host, int port)
    {
        try
        {
            var address = IPAddress.TryParse(host, out var given) ? given : Dns.GetHostAddresses(host)[0];
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            return DaemonFinding.Good(what, $"{host}:{port} is free");
        }
        catch (SocketException busy) when (busy.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return _isRunning
                ? DaemonFinding.Good(what, $"{host}:{port} is in use, and the daemon is running")
                : DaemonFinding.Failure(
                    what,
                    $"{host}:{port} is in use by another program: stop it, or choose another port",
                    ExitCode.Usage
                );
        }
        catch (SocketException problem)
        {
            return DaemonFinding.Failure(what, $"{host}:{port} cannot be listened on: {problem.Message}", ExitCode.Usage);
        }
    }

    private IEnumerable<DaemonFinding> Certificates()
    {
        foreach (var certificate in settings.Certificates())
        {
            // The authority of gateway and REST issues the clients' certificates, that of the cluster the nodes' own
            var issuedBy = certificate is { HasKey: true, Section: "cluster" } ? settings.Cluster?.Authority : null;
            yield return Certificate(certificate, issuedBy);
        }
    }

    private DaemonFinding Certificate(ConfiguredCertificate configured, string? issuedBy)
    {
        var (what, file) = (configured.Setting, configured.File);
        try
        {
            using var certificate = configured.Read();
            var now = time.GetUtcNow();
            var until = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
            var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            if (until < now)
                return DaemonFinding.Failure(what, $"{file} ({name}) expired on {until:yyyy-MM-dd}: issue a new one", ExitCode.Usage);
            if (certificate.NotBefore.ToUniversalTime() > now.UtcDateTime)
                return DaemonFinding.Failure(
                    what,
                    $"{file} ({name}) is valid from {certificate.NotBefore:yyyy-MM-dd HH:mm} on: is the clock of this machine right?",
                    ExitCode.Usage
                );
            if (issuedBy is not null && !IsIssuedBy(certificate, issuedBy))
                return DaemonFinding.Failure(what, $"{file} ({name}) was not issued by the authority in {issuedBy}", ExitCode.Usage);
            return until - now < CertificateExpiry.Soon
                ? DaemonFinding.Warning(
                    what,
                    $"{file} ({name}) expires on {until:yyyy-MM-dd}, in {(until - now).Days} days: issue a new one"
                )
                : DaemonFinding.Good(what, $"{file} ({name}) is valid until {until:yyyy-MM-dd}");
        }
        catch (UsageException unusable)
        {
            return DaemonFinding.Failure(what, unusable.Message, ExitCode.Usage);
        }
    }

    private static bool IsIssuedBy(X509Certificate2 certificate, string authorityFile)
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        try
        {
            return chain.Build(certificate);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private IEnumerable<DaemonFinding> Database()
    {
        const string what = "store";
        if (settings.Postgres is null && !File.Exists(Path.Combine(settings.DataFolder, "jobs.db")))
        {
            yield return DaemonFinding.Good(what, "SQLite in the data folder; the first start creates it");
            yield break;
        }

        var database = DaemonStore.Database(settings);
        DatabaseFacts? facts = null;
        DaemonFinding? problem = null;
        var before = time.GetUtcNow();
        try
        {
            facts = database.Examine();
        }
        catch (JobStoreException fault)
        {
            problem =
                fault.Fault == JobStoreFault.Passing
                    ? DaemonFinding.Failure(what, $"{fault.Message}; 'serve' would wait for it", ExitCode.Daemon)
                    : DaemonFinding.Failure(what, fault.Message, ExitCode.Usage);
        }

        if (problem is not null || facts is null)
        {
            yield return problem!;
            yield break;
        }

        var after = time.GetUtcNow();
        var tables = facts.TablesVersion is { } version ? $"tables of version {version}" : "no tables yet";
        yield return facts.TablesVersion > JobDatabase.TablesVersion
            ? DaemonFinding.Failure(
                what,
                $"{database.Name}: {tables}, and this program knows up to {JobDatabase.TablesVersion}: use the version that wrote them",
                ExitCode.Input
            )
            : DaemonFinding.Good(
                what,
                $"{database.Name}{(facts.Server is { } server ? $" (server {server})" : "")}: {tables}, "
                    + $"this program's are {JobDatabase.TablesVersion}"
            );
        if (facts.Now is not { } there)
            yield break;
        // The server read its clock between the two readings here
        var difference =
            there < before ? before - there
            : there > after ? there - after
            : TimeSpan.Zero;
        yield return difference > LongestDifference
            ? DaemonFinding.Warning(
                "clock",
                $"this machine's clock and the database's differ by {difference.TotalSeconds:0.#} s: set both by NTP, times in lists and "
                    + "certificates rely on them"
            )
            : DaemonFinding.Good("clock", $"differs from the database's by {difference.TotalSeconds:0.###} s");
    }

    private static DateTimeOffset WrittenAt(FileInfo file) => new(file.LastWriteTimeUtc, TimeSpan.Zero);

    /// <summary>
    /// Leaves this machine's mark in a folder that all nodes must see, and reports the marks of others: a node whose mark is missing sees
    /// another folder, or has not run this command yet.
    /// </summary>
    private DaemonFinding Shared(string what, string folder)
    {
        try
        {
            OutputFolder.MakeWritable("the folder", folder);
            var marks = Directory.CreateDirectory(Path.Combine(folder, MarkFolder));
            var own = Environment.MachineName;
            AtomicFile.Write(Path.Combine(marks.FullName, own), static _ => { });
            var now = time.GetUtcNow();
            var others = marks
                .EnumerateFiles()
                .Where(mark => mark.Name != own && !mark.Name.StartsWith('.') && now - WrittenAt(mark) < MarksKept)
                .OrderBy(static mark => mark.Name, StringComparer.Ordinal)
                .Select(mark => $"{mark.Name} ({Quantities.Time(now - WrittenAt(mark))} ago)")
                .ToList();
            return DaemonFinding.Good(
                what,
                $"{folder} is writable; "
                    + (
                        others.Count == 0
                            ? "no other machine has left its mark in it: run this command on each node, every one must list the others"
                            : $"also seen by {string.Join(", ", others)}"
                    )
            );
        }
        catch (OutputException problem)
        {
            return DaemonFinding.Failure(what, problem.Message, ExitCode.Output);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return DaemonFinding.Failure(what, $"{folder} cannot be written: {StorageFault.Reason(problem)}", ExitCode.Output);
        }
    }
}
