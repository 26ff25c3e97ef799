using System.Globalization;
using System.Text.RegularExpressions;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Parsing;

namespace ActorColorize.Host.Logging;

/// <summary>
/// Forwards log events, except repeated events of Akka.Remote and events caused by unauthenticated clients: a port scan or invalid data
/// gets one short line, at most ten of a kind per minute, and the rest is counted. Otherwise a short scan would flood the log, and bytes
/// from an unauthenticated client would reach the terminal. What it says about a cluster becomes plain sentences, see
/// <see cref="ClusterSentence"/>; its steps towards them are left out.
/// </summary>
internal sealed partial class RemotingLines(ILogEventSink next, TimeProvider clock) : ILogEventSink
{
    private const int OfAKind = 10;
    private const int Longest = 240;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}", CultureInfo.InvariantCulture);
    private static readonly MessageTemplate OneLine = new MessageTemplateParser().Parse("{Line:l}");

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Emit(LogEvent logEvent)
    {
        if (!IsAkkas(logEvent))
        {
            next.Emit(logEvent);
            return;
        }

        using var written = new StringWriter(CultureInfo.InvariantCulture);
        Message.Format(logEvent, written);
        var message = written.ToString();
        if (Repeated().IsMatch(message))
            return;
        if (ClusterSentence.Of(message) is var (kind, text))
            Pass(logEvent, text, kind, cause: null);
        else if (Strangers().Match(message) is not { Success: true } stranger)
            next.Emit(logEvent);
        else
            Pass(logEvent, message, KindOf(stranger.Groups["kind"].Value.Trim(), logEvent.Exception), logEvent.Exception);
    }

    /// <summary>The number of kinds is bounded, whatever unauthenticated clients send.</summary>
    private static string KindOf(string words, Exception? cause) =>
        cause is null ? words : $"{words}: {cause.GetBaseException().GetType().Name}";

    private void Pass(LogEvent logEvent, string message, string kind, Exception? cause)
    {
        if (Admitted(kind, out var before, out var isLast))
            Tell(logEvent, message, kind, cause, before, isLast);
    }

    private static bool IsAkkas(LogEvent logEvent) =>
        logEvent.Properties.GetValueOrDefault(Constants.SourceContextPropertyName) is ScalarValue { Value: string source }
        && source.StartsWith("Akka.", StringComparison.Ordinal);

    private bool Admitted(string kind, out long before, out bool isLast)
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            var known = _kinds.GetValueOrDefault(kind);
            before = 0;
            if (known is null || clock.GetElapsedTime(known.Since, now) >= Window)
            {
                before = known?.LeftOut ?? 0;
                known = _kinds[kind] = new Kind(now);
            }

            if (known.Told < OfAKind)
                known.Told++;
            else
                known.LeftOut++;
            isLast = known.Told == OfAKind;
            return known.LeftOut == 0;
        }
    }

    private void Tell(LogEvent logEvent, string message, string kind, Exception? cause, long before, bool isLast)
    {
        if (before > 0)
            next.Emit(Line(logEvent, $"{before} more of '{kind}' were omitted"));
        var whole =
            cause is not null && !message.Contains(cause.GetBaseException().Message, StringComparison.Ordinal)
                ? $"{message}: {cause.GetBaseException().Message}"
                : message;
        var line = Spaces().Replace(Advice().Replace(whole, ""), " ").Trim();
        if (line.Length > Longest)
            line = $"{line[..Longest]}…";
        next.Emit(Line(logEvent, isLast ? $"{line} (more of '{kind}' within a minute are only counted)" : line));
    }

    /// <summary>An action of an unauthenticated client is not an error of the program.</summary>
    private static LogEvent Line(LogEvent about, string line) =>
        new(
            about.Timestamp,
            about.Level > LogEventLevel.Warning ? LogEventLevel.Warning : about.Level,
            exception: null,
            OneLine,
            [
                new LogEventProperty("Line", new ScalarValue(line)),
                new LogEventProperty(Constants.SourceContextPropertyName, about.Properties[Constants.SourceContextPropertyName]),
            ]
        );

    /// <summary>
    /// Akka.Remote reports the normal end of each connection as a failure, and repeats it on each retry. This program's own actors log the
    /// ends that matter, where it listens, and the nodes that come and go; Akka's own lines are the steps in between.
    /// </summary>
    [GeneratedRegex(
        @"^Disassociated|Disassociated(Exception)?: Disassociated|has failed; address is now gated|Tried to associate with unreachable|"
            + @"^Starting remoting$|^Remoting (started|now listens|shut down)|^Shutting down remote daemon|^Remote daemon shut down|"
            + @"Marking (exiting )?node\(s\) as|^SBR (is downing|found|detected|unreachable)|"
            + @"responsible for taking SBR|heartbeat interval is growing too large|"
            + @"^ClusterSingletonManager state change|^Singleton (identified|manager|actor|terminated)\b|^unhandled event Akka\.Cluster|"
            + @"^Retry \[\d+\], sending|^Hand-over |"
            + @"observed OldestChanged|^(Self )?(Member removed|Exited) \[|^Connection was reset by the remote peer|"
            + @"^Quarantined address .* is still unreachable|^CoordinatedShutdown invoked|^Received InitJoin|"
            + @"^Removing receive buffers for|^Rejected incoming connection from .* due to TLS handshake failure",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Repeated();

    [GeneratedRegex(
        @"^(?<kind>TLS handshake failed|Error caught channel|Error while decoding|Mutual TLS required)|^\S+(?<kind> is refused: )",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Strangers();

    /// <summary>Akka's advice on how to set up certificates, which comes with each failed handshake.</summary>
    [GeneratedRegex(
        @"\n(TLS handshake failed \(|(Server|Client)-side TLS troubleshooting|  - |Inner Exception:)[^\n]*",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Advice();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();

    private sealed class Kind(long since)
    {
        internal long Since { get; } = since;

        internal int Told { get; set; }

        internal long LeftOut { get; set; }
    }
}
