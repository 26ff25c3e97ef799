using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Host.Remote;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary><c>status</c>: shows a daemon's nodes, devices and open jobs. Nodes are shown even if no coordinator answers.</summary>
internal sealed class StatusCommand(CommandContext context)
    : BoundCommand<ClientOptions>(
        "status",
        "Show the nodes, devices and open jobs of a daemon (see serve).",
        new("status", "the daemon on this machine"),
        new("status --daemon 10.0.0.1:4587,10.0.0.2:4587 --json", "a cluster, as JSON")
    )
{
    private const int JobsLookedAt = 2000; // open jobs are among the newest

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public readonly Option<bool> Json = OptionValues.Json();
    public readonly DaemonOptions Daemon = new();

    /// <inheritdoc/>
    protected override ClientOptions Bind(ParseResult parsed) => Daemon.Of(parsed);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(ClientOptions options)
    {
        var stop = context.Stop.Token;
        await using var client = await context.ConnectAsync(options with { Patience = Patience, WaitForCluster = Patience });
        var daemon = await client.ShowDaemonAsync(stop);
        var page = await client.NodesAsync(stop);
        var nodes = page.Nodes;
        var now = context.Time.GetUtcNow();
        var (workers, jobs, unanswered) = await WorkAsync(client, stop);
        context.Screen.Line(
            $"{daemon.Program} since {Quantities.Clock(daemon.StartedAt.ToLocalTime(), context.Time.GetLocalNow())}, "
                + $"{Quantities.Count(daemon.Clients, "client")}; device: {daemon.Device}{InWords(daemon.Certificate, now)}"
        );
        if (page.Coordinators is { } coordinators)
            context.Screen.Line($"  {coordinators.InWords()}");
        foreach (var node in nodes)
            context.Screen.Line(
                $"  node   {node.Address, -22} {node.Role, -12} "
                    + $"{node.State}{(node.IsReachable ? string.Empty : ", unreachable")}{(node.IsLeader ? ", leader" : string.Empty)}"
                    + $"{(node.Program is { } program ? $"; {program}" : string.Empty)}{InWords(node.Certificate, now)}"
            );
        foreach (var worker in workers)
            context.Screen.Line(
                $"  device {worker.Worker.Device, -35} {Quantities.Count(worker.Units, "unit")} of work, last heartbeat "
                    + $"{worker.HeardAgo.TotalSeconds:0} s ago{(worker.Credit == 0 ? ", at capacity" : string.Empty)}"
            );
        foreach (var warning in Warnings(daemon, nodes, now))
            context.Screen.Warn(warning);
        if (unanswered is not null)
            context.Screen.Line($"  devices and jobs are unknown, because no coordinator answers: {unanswered}");
        else
            context.Screen.Line(
                jobs.Count == 0 ? "  no open jobs" : $"  jobs   {string.Join(", ", jobs.Select(entry => $"{entry.Value} {entry.Key}"))}"
            );
        context.Screen.Json(
            new
            {
                daemon.Program,
                daemon.StartedAt,
                daemon.Clients,
                daemon.Device,
                Certificate = InJson(daemon.Certificate, now),
                Coordinators = page.Coordinators is { } quorum
                    ? new
                    {
                        quorum.Expected,
                        quorum.Seen,
                        Missing = quorum.Missing(),
                        quorum.Needed,
                        Summary = quorum.InWords(),
                    }
                    : null,
                Nodes = nodes.Select(node => new
                {
                    node.Address,
                    node.Role,
                    node.State,
                    node.IsReachable,
                    node.IsLeader,
                    node.Program,
                    Certificate = InJson(node.Certificate, now),
                }),
                Devices = workers.Select(worker => new
                {
                    worker.Worker.Device,
                    worker.Units,
                    worker.Credit,
                    HeardSecondsAgo = worker.HeardAgo.TotalSeconds,
                }),
                Jobs = jobs,
                Unanswered = unanswered,
            }
        );
        return unanswered is null ? ExitCode.Success : ExitCode.Daemon;
    }

    private static string InWords(CertificateExpiry? certificate, DateTimeOffset now) =>
        certificate is null
            ? string.Empty
            : $"; {certificate.Setting} valid until {certificate.ExpiresAt:yyyy-MM-dd} ({certificate.DaysLeft(now):N0} days)";

    private static object? InJson(CertificateExpiry? certificate, DateTimeOffset now) =>
        certificate is null
            ? null
            : new
            {
                certificate.Setting,
                certificate.ExpiresAt,
                DaysLeft = certificate.DaysLeft(now),
            };

    /// <summary>Certificates that expire soon, and nodes of different versions.</summary>
    private static IEnumerable<string> Warnings(GatewayAnswers.DaemonStatus daemon, IReadOnlyList<NodeReport> nodes, DateTimeOffset now)
    {
        // A node of a cluster also lists itself
        var certificates =
            nodes.Count == 0 ? [("this daemon", daemon.Certificate)] : nodes.Select(node => (node.Address, node.Certificate));
        foreach (var (where, certificate) in certificates)
        {
            if (certificate?.IsSoon(now) == true)
                yield return $"{where}: {certificate.Setting} "
                    + (
                        certificate.ExpiresAt > now
                            ? $"expires on {certificate.ExpiresAt:yyyy-MM-dd}, in {Quantities.Count(certificate.DaysLeft(now), "day")}"
                            : $"expired on {certificate.ExpiresAt:yyyy-MM-dd}"
                    )
                    + ": issue a new one and restart";
        }

        var programs = nodes.Select(static node => node.Program).OfType<string>().Distinct(StringComparer.Ordinal).Order().ToList();
        if (programs.Count > 1)
            yield return $"the nodes have different versions: {string.Join(", ", programs)}";
    }

    private static async Task<(IReadOnlyList<WorkerReport> Workers, SortedDictionary<string, int> Jobs, string? Unanswered)> WorkAsync(
        ColorizeClient client,
        CancellationToken stop
    )
    {
        var jobs = new SortedDictionary<string, int>(StringComparer.Ordinal);
        try
        {
            var workers = await client.WorkersAsync(stop);
            await foreach (var job in client.Jobs.ListAsync(onlyMine: false, stop).Take(JobsLookedAt))
            {
                if (job.Phase is JobPhase.Completed or JobPhase.CompletedWithErrors or JobPhase.Failed or JobPhase.Cancelled)
                    continue;
                jobs[JobReport.Word(job.Phase)] = jobs.GetValueOrDefault(JobReport.Word(job.Phase)) + 1;
            }

            return (workers, jobs, null);
        }
        catch (ColorizeClientException silence) when (silence.Problem is ClientProblem.Unreachable or ClientProblem.Refused)
        {
            return ([], jobs, silence.Message);
        }
    }
}
