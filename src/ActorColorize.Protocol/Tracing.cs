using System.Diagnostics;

namespace ActorColorize.Protocol;

/// <summary>
/// Spans of distributed traces, by System.Diagnostics. <c>Activity.Current</c> does not cross mailboxes and processes, so messages carry
/// the span that they belong to as a <c>traceparent</c> (https://www.w3.org/TR/trace-context/). Nothing is recorded while nobody listens.
/// </summary>
public static class Tracing
{
    /// <summary>Name of the source of all spans.</summary>
    public const string SourceName = "ActorColorize";

    /// <summary>The source of all spans.</summary>
    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts a span under one of another actor or process.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="kind">Its role.</param>
    /// <param name="traceParent">The other span's <c>traceparent</c>.</param>
    /// <returns>Null if there is no valid parent, or if nobody listens.</returns>
    public static Activity? StartUnder(string? traceParent, string name, ActivityKind kind = ActivityKind.Internal) =>
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) ? Source.StartActivity(name, kind, parent) : null;
}
