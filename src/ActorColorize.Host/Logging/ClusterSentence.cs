using System.Text.RegularExpressions;

namespace ActorColorize.Host.Logging;

/// <summary>What Akka says about the nodes of a cluster and its connections, in one plain sentence each.</summary>
internal static partial class ClusterSentence
{
    /// <summary>Kind and sentence of a line; null if it is none of these.</summary>
    public static (string Kind, string Text)? Of(string message)
    {
        if (Decision().Match(message) is { Success: true } decision)
        {
            var nodes = string.Join(", ", Address().Matches(decision.Groups["nodes"].Value).Select(static node => node.Groups["at"].Value));
            return decision.Groups["what"].Value is "DownUnreachable" or "DownIndirectlyConnected" or "DownSelfQuarantinedByRemote"
                ? ("nodes taken out", $"{nodes} cannot be reached and is taken out of the cluster")
                : (
                    "side gives up",
                    "too few coordinators can be reached: this side of the cluster stops, and its processes are started anew"
                );
        }

        if (Late().IsMatch(message))
            return (
                "late heartbeats",
                "a heartbeat to other nodes went out late: this machine is overloaded, or the process was suspended"
            );
        if (Seeds().IsMatch(message))
            return ("no seeds", "no coordinator that 'cluster.seeds' names answers yet; they are tried again");
        if (Quarantined().Match(message) is { Success: true } quarantined)
            return ("connections ended", $"{At(quarantined)} must start anew before it can connect: it was taken out of the cluster");
        return Failed().Match(message) is { Success: true } failed
            ? ("connections failed", $"the connection with {At(failed)} failed; it is tried again")
            : null;
    }

    private static string At(Match match) => Address().Match(match.Value) is { Success: true } found ? found.Groups["at"].Value : "a node";

    [GeneratedRegex(
        @"^SBR took decision (\S+\.)?(?<what>\w+) and is downing \[(?<nodes>[^\]]*)\]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Decision();

    [GeneratedRegex(@"[Ss]cheduled sending of heartbeat was delayed", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Late();

    [GeneratedRegex(@"Couldn't join seed nodes after", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Seeds();

    [GeneratedRegex(
        @"^Association to \[[^\]]*\] (having UID|with unknown UID).*",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Quarantined();

    /// <summary>The remote address alone: the own one comes first.</summary>
    [GeneratedRegex(
        @"(?<=^AssociationError \[[^\]]*\] (->|<-) )\[[^\]]*\]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Failed();

    [GeneratedRegex(
        @"akka(\.\w+)*://[^@\s\]]+@(?<at>[^\s\],/]+:\d+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Address();
}
