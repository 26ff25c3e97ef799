using System.Globalization;

namespace ActorColorize.Rest;

/// <summary>Where a client continues an event stream.</summary>
internal static class StreamPosition
{
    /// <summary>Number of the last event seen.</summary>
    /// <exception cref="RestProblem">It is no number.</exception>
    public static long Of(string? lastEventId, long? after)
    {
        if (lastEventId is null)
            return after is null or >= 0 ? after ?? 0 : throw RestProblem.BadRequest("after must be the number of an event, or 0");
        return long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw RestProblem.BadRequest($"Last-Event-ID must be the number of an event, not '{lastEventId}'");
    }
}
